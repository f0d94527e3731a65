-- Ends a suppression.
-- Returns: the row that is gone, as JSON; null when there is none of that number.
-- Example: select public.remove_suppression(3);
create or replace function public.remove_suppression(id bigint)
returns jsonb
language sql
set search_path = ''
as $$
    delete from public.suppressions
    where suppressions.id = remove_suppression.id
    returning to_jsonb(suppressions)
$$;

revoke all on function public.remove_suppression(bigint) from public, anon, authenticated, service_role;
grant execute on function public.remove_suppression(bigint) to service_role;

comment on function public.remove_suppression(bigint) is 'Ends a suppression; whom it covered counts again.';
