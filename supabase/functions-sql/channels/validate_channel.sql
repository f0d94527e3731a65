-- Trigger: checks a channel when the row is saved, so that a mistake shows in the Table Editor and not on Friday. A
-- channel that is switched off may be incomplete, but never name another's secret.
-- Returns: the row, its filter and schedule tidied.
-- Raises: 22023 with what is missing.
-- Example: insert into public.channels (name, transport) values ('teams', 'aa_bot');  -- refused: bot_id is missing
create or replace function pathfinder.validate_channel()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    problems text[];
begin
    new.filter := pathfinder.tidy_filter(new.filter);
    problems := pathfinder.filter_problems(new.filter);
    if problems <> '{}' then
        raise exception 'The filter of this channel needs a change: %.', array_to_string(problems, '; ')
            using errcode = '22023', hint = 'For example: {"level": ["csuite"], "country": ["DE", "AT", "CH"]}';
    end if;

    new.schedule := new.schedule || jsonb_strip_nulls(jsonb_build_object(
        'day', lower(btrim(new.schedule ->> 'day')),
        'time_zone', pathfinder.canonical_time_zone(new.schedule ->> 'time_zone')
    ));
    problems := pathfinder.schedule_problems(new.schedule);
    if problems <> '{}' then
        raise exception 'The schedule of this channel needs a change: %.', array_to_string(problems, '; ')
            using errcode = '22023',
                hint = 'For example: {"day": "monday", "time": "08:00", "time_zone": "Europe/Berlin"}';
    end if;

    if new.is_active then
        perform pathfinder.check_channel_config(new.transport, new.config);
    elsif new.config ? 'secret_env' and pathfinder.secret_env_problem(new.config, 'the secret') is not null then
        raise exception 'The config of this channel needs a change: %.',
            pathfinder.secret_env_problem(new.config, 'the secret')
            using errcode = '22023';
    end if;
    return new;
end
$$;

revoke all on function pathfinder.validate_channel() from public, anon, authenticated, service_role;

comment on function pathfinder.validate_channel() is 'Trigger: checks a channel when the row is saved.';
