-- Trigger, after each row of a table that people edit: notes who changed what. Of a changed row the columns with what
-- they were and became; never a channel's config, which may hold addresses, nor whom a suppression is about, who may
-- want to be forgotten.
-- Returns: null.
-- Example: update public.settings set digest_size = 20;
create or replace function pathfinder.audit_row()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    before constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
    after constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
    kept constant text[] := array['config', 'key', 'reason', 'value', 'updated_at', 'created_at'];
    changed jsonb;
begin
    if before - 'updated_at' = after - 'updated_at' then
        return null;
    end if;
    select jsonb_object_agg(
        name, case when name = any (kept) then '{}' else jsonb_build_object('from', before -> name, 'to', after -> name) end
    )
    into changed
    from jsonb_object_keys(before || after) as name
    where before -> name is distinct from after -> name and name not in ('key', 'updated_at', 'created_at');
    perform pathfinder.write_audit(
        tg_table_name, lower(tg_op),
        jsonb_strip_nulls(jsonb_build_object(
            'name', coalesce(after ->> 'name', before ->> 'name', after ->> 'id', before ->> 'id'), 'changed', changed
        ))
    );
    return null;
end
$$;

revoke all on function pathfinder.audit_row() from public, anon, authenticated, service_role;

comment on function pathfinder.audit_row() is 'Trigger: notes who changed a row.';
