-- Tells what an event's name stands for; platforms write it with dots, underscores and prefixes of their own. The end
-- of a membership is told by a word for it, unless what ends is something else (a post, a photo) or is only asked for.
-- Returns: departure, registration, profile_update, object (it is about something else than a profile) or other.
-- Example: select pathfinder.event_kind('IdentityAccess.UserRegistered');  -- registration
create or replace function pathfinder.event_kind(event_name text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    who constant text := '(?:user|member|membership|account|profile|person|people|contact|customer|identity)';
    ending constant text :=
        '(?:delete[ds]?|deletion|deleting|destroy(?:ed|s)?|destruction|anonymi[sz](?:ed?|es|ation|ing)'
        '|pseudonymi[sz](?:ed?|ation)|des?(?: ?activ[a-z]*)|erased?|erasure|terminat(?:ed?|ion)|purged?|removed?|removal'
        '|forgotten|unregistered|deregistered|closed|left|disabled|wiped|off ?boarded)';
    around constant text :=
        '(?:the|a|was|is|has|been|of|by|on|after|admin|self|staff|system|soft|hard|permanent(?:ly)?|fully|success[a-z]*'
        '|completed?|done|gdpr|data|record|event|webhook|community|forum|platform|status|v)';
    -- UserDeleted, user.deleted, USER_DELETED and user:deleted are the same words.
    words text := ' ' || btrim(lower(regexp_replace(
        regexp_replace(left(event_name, 200), '([a-z0-9])([A-Z])', '\1 \2', 'g'), '[^[:alpha:]]+', ' ', 'g'
    ))) || ' ';
    is_of_object constant boolean := words ~ (
        ' (?:post|topic|comment|reply|replies|message|article|question|answer|discussion|thread|idea|badge|photo|avatar|picture'
        '|image|file|attachment|field|attribute|tag|group|space|team|role|session|token|device|e ?mail|phone|address|link'
        '|reaction|like|follow|follower|subscription|invitation|invite|request|draft|note|webhook|poll|event registration'
        ')s? '
    );
begin
    -- What ended has to be the member: the word before the ending, or behind it, says what it was.
    if not is_of_object
        and words ~ (
            '(?:^| ' || who || 's?) (?:' || around || ' )*' || ending || ' (?:' || around || ' )*$'
            '|' || ending || ' (?:' || around || ' )*' || who || 's? (?:' || around || ' )*$'
            '| ' || who || 's?(?:delet|destr|anonymi[sz]|de ?activ|eras|terminat|purg|remov|forgot|unregist|deregist)[a-z]* $'
        )
        and words !~ (
            ' (?:un|not|undo|undone|cancell?ed|failed|abort(?:ed)?|reject(?:ed)?|denied|declined|requested|scheduled|pending'
            '|before|restored?|reverted) '
        ) then
        return 'departure';
    end if;
    if is_of_object then
        return 'object';
    end if;
    words := replace(words, ' ', '');
    return case
        when words ~ (who || '(?:profile)?(?:updated?|changed?|edited|modified|saved)$') then 'profile_update'
        when words ~ '(?:user|member|account)(?:registered|created|joined|signedup)$' then 'registration'
        else pathfinder.foreign_event_kind(event_name)
    end;
end
$$;

revoke all on function pathfinder.event_kind(text) from public, anon, authenticated, service_role;

comment on function pathfinder.event_kind(text) is 'What an event''s name stands for.';
