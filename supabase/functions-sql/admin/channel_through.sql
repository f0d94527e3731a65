-- The channel that something is sent again through: the one that is named, or for one address the first active channel
-- with a mail server, `preferred` before all others.
-- Returns: its name; null where neither is named.
-- Raises: 22023 for what is no address, for both a channel and an address, and where no channel has a mail server.
-- Example: select pathfinder.channel_through('board', null, 'ada@example.com');
create or replace function pathfinder.channel_through(preferred text, to_channel text, to_address text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    through text;
begin
    if channel_through.to_address is null then
        return channel_through.to_channel;
    elsif channel_through.to_channel is not null then
        raise exception 'it goes to a channel or an address, not both' using errcode = '22023';
    elsif not pathfinder.is_email_address(to_jsonb(channel_through.to_address)) then
        raise exception '% is no e-mail address', quote_literal(left(channel_through.to_address, 100))
            using errcode = '22023';
    end if;
    select channels.name into through
    from public.channels
    where channels.is_active and channels.transport = 'email_smtp'
    order by (channels.name = channel_through.preferred) is not true, channels.name
    limit 1;
    if not found then
        raise exception 'no active channel has a mail server'
            using errcode = '22023', hint = 'Add a channel with the transport email_smtp, or send it to a channel.';
    end if;
    return through;
end
$$;

revoke all on function pathfinder.channel_through(text, text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.channel_through(text, text, text) is 'The channel that something is sent again through.';
