-- Trigger on settings: refuse what cannot be, in words that say what to write instead; tidy what is merely untidy.
-- It runs before the checks of the table, which would only name themselves. Nothing else happens at an edit: the
-- next tick reads the new values, and the ledger's names of periods do not depend on them. It has its owner's
-- rights, because whoever may edit the settings may not call the schedule's functions.
-- Returns: the row, tidied.
-- Raises: 23514.
-- Example: update public.settings set time_zone = 'Europe/Berln';  -- refused: Did you mean Europe/Berlin?
create or replace function pathfinder.check_settings()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    written text;
    zone text;
    day_name text;
    suggestions text[];
    entry record;
begin
    if tg_op = 'DELETE' then
        raise check_violation using
            message = 'the one row of settings cannot be deleted',
            hint = 'Edit its values instead.';
    end if;

    if tg_op = 'INSERT' or new.time_zone is distinct from old.time_zone then
        written := btrim(new.time_zone);
        zone := pathfinder.canonical_time_zone(written);
        if upper(written) in ('EST', 'MST', 'HST') then
            raise check_violation using
                message = format('time_zone: %s never changes to summer time', upper(written)),
                hint = 'Write a place instead: '
                    || case upper(written)
                        when 'EST' then 'America/New_York, or America/Panama where there is no summer time.'
                        when 'MST' then 'America/Denver, or America/Phoenix where there is no summer time.'
                        else 'Pacific/Honolulu.'
                    end;
        elsif zone is null and new.time_zone is not null then
            suggestions := pathfinder.nearest_time_zones(written);
            raise check_violation using
                message = format('time_zone: %L is not a known time zone', left(new.time_zone, 60)),
                hint = case
                    when suggestions = '{}' then 'Write a continent and a city, such as America/New_York.'
                    else 'Did you mean ' || array_to_string(suggestions, ', or ') || '?'
                end;
        end if;
        new.time_zone := zone;
    end if;

    -- Three letters of a day are enough to know it.
    select day.name into day_name
    from unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) as day (name)
    where length(btrim(new.digest_day)) >= 3 and starts_with(day.name, lower(btrim(new.digest_day)));
    if day_name is null and new.digest_day is not null then
        raise check_violation using
            message = format('digest_day: %L is not a day of the week', left(new.digest_day, 40)),
            hint = 'Write monday, tuesday, wednesday, thursday, friday, saturday or sunday.';
    end if;
    new.digest_day := day_name;

    for entry in
        values
            ('digest_time', new.digest_time),
            ('month_end_time', new.month_end_time),
            ('housekeeping_time', new.housekeeping_time)
    loop
        if entry.column2 = '24:00' then
            raise check_violation using
                message = format('%s: 24:00 is not a time of day', entry.column1),
                hint = 'Write a time from 00:00 to 23:59.';
        end if;
    end loop;

    if new.digest_size not between 1 and 100 then
        raise check_violation using
            message = format('digest_size: a digest message holds 1 to 100 people, not %s', new.digest_size),
            hint = 'Ten is usual; everybody else comes in part 2, part 3 and so on.';
    elsif new.digest_messages not between 1 and 20 then
        raise check_violation using
            message = format('digest_messages: a channel gets 1 to 20 messages a digest, not %s', new.digest_messages),
            hint = 'Three are usual; everybody else stands behind the link.';
    end if;
    perform pathfinder.check_announced_changes(new.announced_changes);
    new.profile_url_template := nullif(btrim(new.profile_url_template), '');
    if new.profile_url_template !~ '^https?://[^][\s{}"<>\\^`|]+$'
        and new.profile_url_template !~
            '^https?://[^][\s{}"<>\\^`|]*(\{(user_id|username)\}[^][\s{}"<>\\^`|]*)+$'
        or new.profile_url_template !~ '\{(user_id|username)\}' then
        raise check_violation using
            message = 'profile_url_template: it is to be an address with {user_id} or {username} in it',
            hint = 'For example https://community.example.com/users/{user_id}; empty: what the community''s API says.';
    end if;

    for entry in
        values
            ('event_retention', new.event_retention, '1 day', null, '14 days'),
            ('history_retention', new.history_retention, '7 days', null, '90 days'),
            ('detection_retention', new.detection_retention, '62 days', null, '2 years'),
            ('link_lifetime', new.link_lifetime, '1 minute', '365 days', '7 days'),
            ('dedup_window', new.dedup_window, '0', '30 days', '24 hours'),
            ('enrichment_wait', new.enrichment_wait, '0', '24 hours', '30 minutes'),
            ('alert_delay', new.alert_delay, '0', '1 hour', '2 minutes'),
            ('hold_window', new.hold_window, '0', '24 hours', '15 minutes'),
            ('silence_alarm', new.silence_alarm, '1 hour', null, '3 days')
    loop
        if entry.column2 < entry.column3::interval or entry.column2 > entry.column4::interval then
            raise check_violation using
                message = format(
                    '%s: %s is too %s',
                    entry.column1,
                    entry.column2,
                    case when entry.column2 < entry.column3::interval then 'short' else 'long' end
                ),
                hint = format(
                    'Write at least %s%s; for example %s.',
                    entry.column3,
                    ', at most ' || entry.column4,
                    entry.column5
                );
        end if;
    end loop;

    new.updated_at := now();
    return new;
end
$$;
revoke all on function pathfinder.check_settings() from public, anon, authenticated, service_role;
comment on function pathfinder.check_settings() is 'Refuses settings that cannot be, and says what to write instead.';
