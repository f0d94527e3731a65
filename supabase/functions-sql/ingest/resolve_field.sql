-- Finds the registered field that a webhook names, by the platform's id or by the label.
--
-- The id counts before the label, since an administrator may rename the label: a registered field with an id is found
-- by a label only in webhooks without an id. In labels, case, white space, dashes and underscores do not matter.
-- Returns: the row of field_registry; all null when no active field matches. Raises: nothing.
-- Example: select (pathfinder.resolve_field('123', 'job_title')).attribute;  -- title
create or replace function pathfinder.resolve_field(field_id text, label text)
returns public.field_registry
language plpgsql
stable
set search_path = ''
as $$
declare
    found_field public.field_registry;
begin
    -- As it is written in the registry, usually.
    select field.*
    into found_field
    from public.field_registry as field
    where field.is_active
        and (
            field.field_id = resolve_field.field_id
            or (field.field_name = label and (field.field_id is null or resolve_field.field_id is null))
        )
    order by (field.field_id = resolve_field.field_id) desc nulls last
    limit 1;

    if not found then
        select field.*
        into found_field
        from public.field_registry as field
        where field.is_active
            and pathfinder.field_key(field.field_name) = pathfinder.field_key(label)
            and (field.field_id is null or resolve_field.field_id is null);
    end if;
    return found_field;
end
$$;

revoke all on function pathfinder.resolve_field(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.resolve_field(text, text) is
    'The registered field that a webhook names, by the platform''s id or by the label.';
