-- Words that most titles of executives hold at least one of, and that exclusions are therefore full of. As clues they
-- tell little, and rules that have no others belong together: one title is matched with all of them.
-- Returns: the words.
-- Example: select 'founder' = any (pathfinder.office_words());  -- true
create or replace function pathfinder.office_words()
returns text[]
language sql
immutable
parallel safe
set search_path = ''
return '{
    associate,assistant,board,chair,chairman,chairs,chairwoman,chief,co,cofounder,consultant,coordinator,director,
    executive,founder,founders,general,gm,group,head,lead,leader,level,manager,managing,md,officer,owner,owners,partner,
    president,presidents,principal,proprietor,senior,specialist,suite,vice,vp,vps,avp,evp,svp,
    ceo,ceos,cfo,cfos,chro,cio,ciso,cmo,coo,cto,ctos
}'::text[];

revoke all on function pathfinder.office_words() from public, anon, authenticated, service_role;

comment on function pathfinder.office_words() is 'Words that most titles of executives hold at least one of.';
