-- Changes who looks after an account, how much it matters, and whether it is watched.
-- Returns: the account as JSON; null when there is none of that id.
-- Example: select public.edit_account(7, true, '1', 'Ada Example');
create or replace function pathfinder.edit_account(account_id bigint, is_watched boolean, tier text, owner text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    edited public.accounts;
begin
    update public.accounts
    set is_watched = edit_account.is_watched, tier = nullif(btrim(edit_account.tier), ''),
        owner = nullif(btrim(edit_account.owner), '')
    where accounts.id = edit_account.account_id
    returning accounts.* into edited;
    if edited.id is null then
        return null;
    end if;
    perform pathfinder.write_audit(
        'accounts', 'update',
        jsonb_build_object(
            'name', edited.name, 'is_watched', edited.is_watched, 'tier', edited.tier, 'owner', edited.owner
        )
    );
    return to_jsonb(edited);
end
$$;

create or replace function public.edit_account(account_id bigint, is_watched boolean, tier text, owner text)
returns jsonb
language sql
volatile
set search_path = ''
as $$
    select pathfinder.edit_account(
        edit_account.account_id, edit_account.is_watched, edit_account.tier, edit_account.owner
    )
$$;

revoke all on function pathfinder.edit_account(bigint, boolean, text, text)
from public, anon, authenticated, service_role;
revoke all on function public.edit_account(bigint, boolean, text, text)
from public, anon, authenticated, service_role;
grant execute on function pathfinder.edit_account(bigint, boolean, text, text) to service_role;
grant execute on function public.edit_account(bigint, boolean, text, text) to service_role;

comment on function pathfinder.edit_account(bigint, boolean, text, text) is 'Changes an account''s tier, owner and watch.';
comment on function public.edit_account(bigint, boolean, text, text) is
    'Changes who looks after an account, how much it matters, and whether it is watched.';
