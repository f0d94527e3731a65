-- Trigger: refuses a signed source that would trust a header which nobody signs: whoever repeats a webhook could give
-- it another time, or another id.
-- Returns: the row.
-- Raises: 23514 with a sentence that says what to change.
-- Example: update public.webhook_sources set signed_content = '{timestamp}:{body}' where name = 'forum';
create or replace function pathfinder.check_signed_headers()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if new.auth_kind = 'hmac' and new.timestamp_header is not null and strpos(new.signed_content, '{timestamp}') = 0 then
        raise exception 'the header "%" of the source "%" is not signed, so its time proves nothing',
            new.timestamp_header, new.name
            using errcode = 'check_violation',
            hint = 'Say in signed_content how the platform signs it, such as {timestamp}.{body}; or leave timestamp_header'
                ' empty.';
    elsif new.auth_kind = 'hmac' and new.event_id_header is not null and strpos(new.signed_content, '{id}') = 0 then
        raise exception 'the header "%" of the source "%" is not signed, so anybody could give a webhook another id',
            new.event_id_header, new.name
            using errcode = 'check_violation',
            hint = 'Say in signed_content how the platform signs it, such as {id}.{body}; or leave event_id_header empty:'
                ' a repeated webhook is known by what it says.';
    end if;
    return new;
end
$$;

revoke all on function pathfinder.check_signed_headers() from public, anon, authenticated, service_role;

comment on function pathfinder.check_signed_headers() is
    'Trigger: refuses a signed source that would trust a header which nobody signs.';
