-- The words, in the languages of the default rules, by which a title says that what follows is so today: as
-- alternatives of a regular expression, folded as titles are.
-- Returns: text.
-- Example: select 'now ceo' ~ ('^(?:' || pathfinder.present_words() || ')\M');  -- true
create or replace function pathfinder.present_words()
returns text
language sql
immutable
parallel safe
set search_path = ''
return 'turned|now|current|currently|presently|present|today|jetzt|aktuell|nun|heute|derzeit|actuellement|maintenant|desormais'
    '|aujourd''hui|actualmente|ahora|hoy|atualmente|agora|hoje|attualmente|ora|oggi|adesso|nu|tegenwoordig|huidig|numera'
    '|nuvarande|idag|i dag|nykyisin|nyt|obecnie|teraz|nyni|aktualne|jelenleg|acum|in prezent|sada|zdaj|simdi|suan|сеичас'
    '|ныне|теперь|зараз|нині|сега|сада|τωρα|現在|现在|現|今|现|현|현재|الان|حاليا|sekarang|hien nay';

revoke all on function pathfinder.present_words() from public, anon, authenticated, service_role;

comment on function pathfinder.present_words() is 'The words by which a title says that what follows is so today.';
