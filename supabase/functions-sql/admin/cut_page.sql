-- What a page of rows is, of which one more was read than is shown: that one only says that there is a next page.
-- Returns: {"rows": at most page_size rows, "next": the named keys of the last row, or null}.
-- Example: select pathfinder.cut_page('[{"id": 3}, {"id": 2}]', 1, '{id}');
create or replace function pathfinder.cut_page(found jsonb, page_size integer, keys text[])
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select case
        when jsonb_array_length(cut_page.found) <= cut_page.page_size
            then jsonb_build_object('rows', cut_page.found, 'next', null)
        else jsonb_build_object(
            'rows', cut_page.found - cut_page.page_size,
            'next', (
                select jsonb_object_agg(key, cut_page.found -> (cut_page.page_size - 1) -> key)
                from unnest(cut_page.keys) as key
            )
        )
    end
$$;

revoke all on function pathfinder.cut_page(jsonb, integer, text[]) from public, anon, authenticated, service_role;

comment on function pathfinder.cut_page(jsonb, integer, text[]) is 'A page of rows, and where the next begins.';
