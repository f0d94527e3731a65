-- Undoes what a platform's editor, a form or a mail made of a text: entities by name and number (also encoded twice),
-- tags, %20 and the like where the whole value is encoded, characters that nobody sees. Mojibake stays as it is.
-- Decoding what is decoded already changes nothing, and plain text costs nothing.
-- Returns: text without blanks at its ends; null for null. Half characters (lone surrogates) become U+FFFD.
-- Example: select pathfinder.decode_text('<p>Founder &amp;amp; CEO</p>');  -- Founder & CEO
create or replace function pathfinder.decode_text(content text)
returns text
language plpgsql
stable
strict
parallel safe
set search_path = ''
as $$
declare
    decoded text := content;
    before_it text;
begin
    -- All of ASCII that can be seen, but for % & and <.
    if decoded ~ '^[!-$''-;=-~](?:[ -$''-;=-~]*[!-$''-;=-~])?$' then
        return decoded;
    end if;
    if decoded ~ '%[0-9A-Fa-f]{2}' and decoded !~ '[^-A-Za-z0-9_.~!*''()+,;:@/%]' then
        decoded := pathfinder.decode_percent(decoded);
    end if;
    for round in 1..3 loop
        exit when decoded !~ '[&<]';
        before_it := decoded;
        if decoded ~ '<[A-Za-z/!]' then
            decoded := regexp_replace(decoded, '<!--.*?-->|<(script|style)\M[^>]*>.*?</\1 *>', ' ', 'gi');
            decoded := regexp_replace(
                decoded, '</?(?:b|i|u|s|em|strong|span|small|big|sub|sup|font|a|mark|code|abbr|wbr|o:p)(?:\s[^<>]*)?/?>', '', 'gi');
            decoded := regexp_replace(
                decoded,
                '</?(?:p|br|div|ul|ol|li|h[1-6]|hr|table|tbody|thead|tr|td|th|blockquote|pre|section|article|header|footer|main|nav'
                '|figure|img|label|center|body|html|head|title|meta|link|input|button|form|script|style|iframe|svg|video|audio)'
                '(?:\s[^<>]*)?/?>',
                ' ', 'gi');
        end if;
        if strpos(decoded, '&') > 0 then
            decoded := pathfinder.decode_entities(decoded);
        end if;
        exit when decoded = before_it;
    end loop;
    if octet_length(decoded) <> length(decoded) then
        -- Soft hyphens, zero-width blanks, marks of direction, byte order marks, tags; and joiners, which shape
        -- Persian or emoji, where they stand beside ASCII or at an end.
        decoded := regexp_replace(
            decoded,
            '[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+'
            '|^[\u200c\u200d]+|[\u200c\u200d]+$|(?<=[ -~])[\u200c\u200d]+|[\u200c\u200d]+(?=[ -~])',
            '', 'g');
    end if;
    return btrim(regexp_replace(
        decoded, '[\u0001-\u0020\u007f-\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'));
end
$$;

revoke all on function pathfinder.decode_text(text) from public, anon, authenticated, service_role;

comment on function pathfinder.decode_text(text) is 'Undoes entities, tags, %20 and invisible characters.';
