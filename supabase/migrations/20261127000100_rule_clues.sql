-- What lets classification pass over most titles at once: the words that an office needs (see clue_words()). The
-- functions that fill and use these columns come with the next migration; until then they are empty, which means "look
-- in any case".

alter table public.rule_versions add column clues jsonb;
comment on column public.rule_versions.clues is
    'The words of all rules that find people: a title without any of them is nobody''s. Empty: every title is looked at.';
-- Read with every title: plain on disk costs less than decompressing it each time.
alter table public.rule_versions alter column clues set storage external;

alter table public.classification_rules add column clues text[];
comment on column public.classification_rules.clues is
    'Words of which a title holds at least one if this rule matches it, filled in by itself; empty: not known.';
