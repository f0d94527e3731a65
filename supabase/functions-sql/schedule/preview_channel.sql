-- What a channel would be sent now, for captpathfinder channels preview: its digest as if this were the cut-off.
-- Nothing is stored or sent; the channel may be switched off.
-- Returns: {"channel", "transport", "sends", "documents": […]}, each a document as claim_outbox() hands one over; none
--   where nothing waits.
-- Raises: 22023 for a channel that there is not.
-- Example: select public.preview_channel('sales');
create or replace function pathfinder.preview_channel(name text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    previewed public.channels;
    documents jsonb;
begin
    select channels.* into previewed from public.channels where channels.name = preview_channel.name;
    if not found then
        raise invalid_parameter_value using
            message = format('There is no channel %s.', left(preview_channel.name, 80)),
            hint = coalesce(
                'There are: ' || (select string_agg(channels.name, ', ' order by channels.name) from public.channels),
                'Add a row to channels.'
            );
    end if;
    begin
        -- Made as the real one is, and undone.
        perform pg_advisory_xact_lock(pathfinder.schedule_lock());
        if pathfinder.digest_window_start(previewed.name) is not null then
            perform pathfinder.build_digest(previewed, now(), now(), true);
        end if;
        select jsonb_agg(pathfinder.outbox_document(outbox.kind, outbox.payload) order by outbox.id)
        into documents
        from public.outbox
        where outbox.kind = 'digest' and outbox.channel = previewed.name and outbox.created_at = now();
        raise exception using errcode = 'PT000';
    exception when sqlstate 'PT000' then
        null;
    end;
    return jsonb_build_object(
        'channel', previewed.name,
        'transport', previewed.transport,
        'sends', previewed.sends,
        'documents', coalesce(documents, '[]')
    );
end
$$;

revoke all on function pathfinder.preview_channel(text) from public, anon, authenticated, service_role;
grant execute on function pathfinder.preview_channel(text) to service_role;

comment on function pathfinder.preview_channel(text) is 'What a channel would be sent now.';

create or replace function public.preview_channel(name text)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.preview_channel(name)
$$;

revoke all on function public.preview_channel(text) from public, anon, authenticated, service_role;
grant execute on function public.preview_channel(text) to service_role;

comment on function public.preview_channel(text) is
    'For captpathfinder channels preview: what a channel would be sent now. Nothing is sent.';
