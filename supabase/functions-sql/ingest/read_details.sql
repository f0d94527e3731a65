-- Reads what a webhook says about a member beside the field that changed.
-- Returns: {"country", "company", "joined_at"}, each only where it was sent; null for none of them.
-- Raises: PT400 when one is not text.
-- Example: select pathfinder.read_details('{"country": "UK", "date": "2026-11-02"}', 'registration');
create or replace function pathfinder.read_details(document jsonb, kind text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    country text := pathfinder.payload_text(document -> 'country', 'country', 1000);
    company text := pathfinder.payload_text(document -> 'company', 'company', 1000);
    joined_at timestamptz := pathfinder.payload_time(coalesce(
        document -> 'joinedAt', document -> 'joined_at', case when kind = 'registration' then document -> 'date' end
    ));
begin
    -- Somebody who has just registered has joined now, and nobody will have joined later than that.
    if joined_at > now() or (joined_at is null and kind = 'registration') then
        joined_at := now();
    end if;
    if country is null and company is null and joined_at is null then
        return null;
    end if;
    return jsonb_strip_nulls(jsonb_build_object(
        'country', country, 'company', company, 'joined_at', joined_at
    ));
end
$$;

revoke all on function pathfinder.read_details(jsonb, text) from public, anon, authenticated, service_role;

comment on function pathfinder.read_details(jsonb, text) is
    'Reads what a webhook says about a member beside the field that changed.';
