-- Refuses an id that is none: missing, a number that is not whole, too long, or a template that was not filled in,
-- which would make everybody one member.
-- Returns: nothing.
-- Raises: PT400 that says what to change.
-- Example: select pathfinder.check_member_id('{{user.id}}', false);
create or replace function pathfinder.check_member_id(user_id text, is_number boolean)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
    if user_id is null then
        raise sqlstate 'PT400' using
            message = 'The webhook does not say which member it is about: "userId" is missing or empty.',
            hint = 'Send the member''s id as "userId", or tell where it is in the payload_paths of the source.';
    elsif is_number and user_id !~ '^-?[0-9]+$' then
        raise sqlstate 'PT400' using
            message = '"userId" is a number that is not whole.',
            hint = 'Send "userId" as a string or as an integer.';
    elsif length(user_id) > 500 then
        raise sqlstate 'PT400' using
            message = '"userId" is longer than 500 characters.',
            hint = 'Send the member''s id as the platform shows it.';
    elsif pathfinder.member_id_fault(user_id) is not null then
        raise sqlstate 'PT400' using
            message = format('"userId" is "%s": %s.', left(user_id, 60), pathfinder.member_id_fault(user_id)),
            hint = 'Correct the template of the webhook at the platform, so that it sends the id of the member.';
    end if;
end
$$;

revoke all on function pathfinder.check_member_id(text, boolean) from public, anon, authenticated, service_role;

comment on function pathfinder.check_member_id(text, boolean) is
    'Refuses an id that is none, or a template that was not filled in.';
