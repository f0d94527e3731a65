-- What a channel is told of some changes, member by member: what happened over them, and whether it is told, came to
-- nothing, is not what the channel is told of, or is of a muted member. `medium` is digest or alert, of which settings
-- say which kinds are told; null: every kind. The most important come first: watched accounts, the level, who rose or
-- moved, the newest.
-- Returns: rows (change, outcome, place); place counts those that are told, from 1.
-- Example: select * from pathfinder.told_changes('{7, 9}', 'sales', 'digest', now());
create or replace function pathfinder.told_changes(changes bigint[], channel text, medium text, until timestamptz)
returns table (change pathfinder.net_change, outcome text, place bigint)
language sql
stable
rows 1000
set search_path = ''
as $$
    with judged as materialized (
        select
            net as change,
            case
                when net.kind is null then 'undone'
                -- What has no end of its own is looked at as things are now.
                when exists (
                    select
                    from public.mutes
                    where mutes.channel = channels.name
                        and mutes.community = net.community
                        and mutes.user_id = net.user_id
                        and (
                            mutes.until is null
                            or mutes.until > case
                                when isfinite(told_changes.until) then told_changes.until else now()
                            end
                        )
                ) then 'muted'
                when levels.is_on
                    and (medium is null or settings.announced_changes -> medium ? net.kind)
                    and (
                        pathfinder.is_subscribed(channels.filter, net, accounts)
                        -- Who hears of an account hears who goes from it.
                        or former.id is not null and pathfinder.is_subscribed(channels.filter, net, former)
                    ) then 'told'
                else 'unmatched'
            end as outcome,
            coalesce(accounts.is_watched, false) as is_watched,
            levels.rank
        from pathfinder.net_changes(told_changes.changes, told_changes.until) as net
        join public.channels on channels.name = told_changes.channel
        cross join public.settings
        -- The account may have been added since.
        left join public.accounts on accounts.id = coalesce(
            net.account_id, pathfinder.find_account(net.email_domain, coalesce(net.company, net.previous_company))
        )
        left join public.accounts as former on former.id = pathfinder.find_account(null, net.previous_company)
        left join public.levels on levels.level = coalesce(net.level, net.previous_level)
    )
    select
        judged.change,
        judged.outcome,
        case when judged.outcome = 'told' then row_number() over (
            partition by judged.outcome
            order by
                judged.is_watched desc,
                judged.rank,
                (judged.change).kind not in ('promotion', 'moved'),
                (judged.change).changed_at desc,
                (judged.change).detection_id desc
        ) end
    from judged
    order by 3
$$;

revoke all on function pathfinder.told_changes(bigint[], text, text, timestamptz)
    from public, anon, authenticated, service_role;

comment on function pathfinder.told_changes(bigint[], text, text, timestamptz) is
    'What a channel is told of some changes, the most important first.';
