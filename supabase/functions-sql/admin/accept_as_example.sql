-- Makes a title an example that must find nobody, and adds an exclusion of the given words that makes it so.
-- Returns: {"example_id", "rule_id"}, each null where it was there already or is not wanted.
-- Raises: 22023 without a title, when an example says the opposite, or when the words do not do it.
-- Example: select pathfinder.accept_as_example('Chief Happiness Officer', 'chief happiness officer');
create or replace function pathfinder.accept_as_example(title text, pattern text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
    example_id bigint;
    rule_id bigint;
    found_level text;
begin
    if coalesce(btrim(accept_as_example.title), '') = '' then
        raise exception 'there is no title that could be an example'
            using errcode = '22023', hint = 'Accept it as a suppression, or dismiss it.';
    end if;
    if exists (
        select from public.rule_examples
        where rule_examples.title = accept_as_example.title and rule_examples.expected <> 'none'
    ) then
        raise exception 'an example says that this title is one of an executive'
            using errcode = '22023', hint = 'Change it in rule_examples first, or dismiss the proposal.';
    end if;
    if coalesce(btrim(accept_as_example.pattern), '') <> '' then
        rule_id := public.add_rule('exclusion', accept_as_example.pattern, description => 'From feedback');
        found_level := (pathfinder.classify(accept_as_example.title)).level;
        if found_level is not null then
            raise exception 'with this exclusion the title would still be found: %',
                (select levels.label from public.levels where levels.level = found_level)
                using errcode = '22023', hint = 'Exclude more of its words.';
        end if;
    end if;
    insert into public.rule_examples (title, expected, note)
    values (accept_as_example.title, 'none', 'From feedback')
    on conflict on constraint rule_examples_title_key do nothing
    returning rule_examples.id into example_id;
    return jsonb_build_object('example_id', example_id, 'rule_id', rule_id);
end
$$;

revoke all on function pathfinder.accept_as_example(text, text) from public, anon, authenticated, service_role;

comment on function pathfinder.accept_as_example(text, text) is 'Makes a title an example that must find nobody.';
