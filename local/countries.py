"""What countries are called, as data of the database: `python -m local.countries`, or `make countries`.

The names are those of the Unicode CLDR in the languages below, as `babel` carries them; the codes are those
of ISO 3166. What people write beside them (short forms, former names, the formal names of ISO) stands here. A
name that several countries could mean is left out, unless it is settled below or is one's English name.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from babel import Locale
from babel.core import get_global

from local.sources import SOURCES

FILE = SOURCES / "shared" / "_data_countries.sql"

# fmt: off
LANGUAGES = (
    "en", "de", "fr", "es", "pt", "pt_PT", "it", "nl", "pl", "cs", "sk", "hu", "ro", "bg", "el", "ru",
    "uk", "tr", "ar", "he", "fa", "hi", "bn", "ta", "te", "mr", "ur", "th", "vi", "id", "ms", "fil",
    "ja", "ko", "zh", "zh_Hant", "sv", "da", "nb", "fi", "et", "lv", "lt", "hr", "sr", "sr_Latn", "sl",
    "mk", "sq", "ca", "gl", "eu", "is", "ga", "az", "kk", "ka", "hy", "sw", "af",
)
# fmt: on

# Regions of the CLDR that are no countries of ISO 3166; Kosovo has a code that everybody uses.
_NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
_ALPHA_3_BESIDE = {"XK": "XKX"}
# Codes of states that are no more, which the CLDR takes for their successors.
_FORMER = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"}

# Usual short forms, former names, and the formal names of ISO 3166. They decide before the CLDR does.
WRITTEN = {
    "AE": "UAE|U.A.E.|Emirates|EAU|VAE",
    "AU": "Commonwealth of Australia",
    "BA": "Bosnia|Bosnia Herzegovina|BiH",
    "BO": "Bolivia, Plurinational State of|Plurinational State of Bolivia",
    "BN": "Brunei Darussalam",
    "BR": "Federative Republic of Brazil",
    "BS": "Bahamas|The Bahamas",
    "BY": "Belorussia",
    "CD": "DRC|D.R.C.|DR Congo|Democratic Republic of the Congo|Democratic Republic of Congo"
    "|Congo, Democratic Republic of the|Congo, The Democratic Republic of the|Congo (Kinshasa)"
    "|Congo-Kinshasa|Zaire|RDC",
    "CG": "Congo|Republic of the Congo|Republic of Congo|Congo, Republic of the|Congo (Brazzaville)"
    "|Congo-Brazzaville",
    "CH": "Swiss Confederation|SUI",
    "CI": "Ivory Coast|Cote d Ivoire",
    "CN": "PRC|P.R.C.|PR China|P.R. China|People's Republic of China|Mainland China|中华人民共和国"
    "|中華人民共和國",
    "CV": "Cape Verde|Cabo Verde",
    "CZ": "Czech Republic|The Czech Republic|Czechia|Czech|Česká republika|Tschechische Republik",
    "DE": "Federal Republic of Germany|Bundesrepublik Deutschland|BRD|GER|FRG",
    "DK": "Kingdom of Denmark|DEN",
    "DO": "Dominican Rep.",
    "ES": "Kingdom of Spain",
    "FK": "Falkland Islands (Malvinas)|Falklands|Malvinas",
    "FM": "Micronesia, Federated States of|Federated States of Micronesia|Micronesia",
    "FR": "French Republic|République française",
    "GB": "UK|U.K.|United Kingdom of Great Britain and Northern Ireland|Great Britain|Britain|England"
    "|Scotland|Wales|Northern Ireland|Großbritannien|Grande-Bretagne|Gran Bretaña|Gran Bretagna"
    "|Grã-Bretanha|Inglaterra|Angleterre|Inghilterra|Engeland|İngiltere|Великобритания|Англия"
    "|انجلترا|بريطانيا|英国|英國|イギリス|영국|אנגליה",
    "GM": "Gambia|The Gambia",
    "GR": "Hellenic Republic|Hellas",
    "HK": "Hong Kong|Hong Kong SAR|HKSAR|香港|홍콩",
    "IE": "Republic of Ireland|Eire",
    "IN": "Republic of India|Bharat",
    "IR": "Iran, Islamic Republic of|Islamic Republic of Iran|Persia",
    "IT": "Italian Republic|Repubblica italiana",
    "JP": "Nippon|日本国",
    "KP": "DPRK|Korea, Democratic People's Republic of|Democratic People's Republic of Korea|Korea (North)",
    "KR": "Korea|Korea, Republic of|Republic of Korea|The Republic of Korea|ROK|Korea (South)|S. Korea"
    "|한국|韓国|韩国|韓國|Korea Republic",
    "LA": "Lao People's Democratic Republic|Lao PDR",
    "LY": "Libyan Arab Jamahiriya",
    "MD": "Moldova, Republic of|Republic of Moldova|Moldavia",
    "MF": "Saint Martin (French part)",
    "MK": "Macedonia|FYROM|The former Yugoslav Republic of Macedonia"
    "|Macedonia, The former Yugoslav Republic of|Republic of North Macedonia",
    "MM": "Burma",
    "MO": "Macao|Macau|Macau SAR|澳门|澳門",
    "MX": "United Mexican States|Mejico",
    "NL": "Holland|The Netherlands|Netherlands, The|Kingdom of the Netherlands"
    "|Netherlands (Kingdom of the)|NED|Holanda|Hollande|Hollanda|Olanda|Ολλανδία|Голландия|هولندا"
    "|オランダ|荷蘭|荷兰|네덜란드",
    "NZ": "Aotearoa|Aotearoa New Zealand",
    "PH": "Republic of the Philippines|The Philippines",
    "PS": "Palestine|State of Palestine|Palestine, State of|Occupied Palestinian Territory",
    "PT": "Portuguese Republic|POR",
    "RU": "Russian Federation|The Russian Federation|Российская Федерация|РФ",
    "SA": "KSA|K.S.A.|Kingdom of Saudi Arabia|Saudi|السعودية|المملكة العربية السعودية",
    "SH": "Saint Helena, Ascension and Tristan da Cunha",
    "SK": "Slovak Republic",
    "SX": "Sint Maarten (Dutch part)",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey|Türkiye|Turkiye Cumhuriyeti|Republic of Türkiye|Republic of Turkey",
    "TW": "Taiwan|Taiwan, Province of China|Taiwan, ROC|Republic of China|Chinese Taipei|Taiwan (R.O.C.)",
    "TZ": "Tanzania, United Republic of|United Republic of Tanzania",
    "US": "USA|U.S.A.|U.S.|US of A|United States of America|The United States"
    "|The United States of America|America|The States|EEUU|EE.UU.|EE. UU.|EUA|E.U.A."
    "|Estados Unidos de América|Estados Unidos da América|États-Unis d'Amérique"
    "|Vereinigte Staaten von Amerika|Stati Uniti d'America|Amerika Birleşik Devletleri|ABD|США|АҚШ"
    "|أمريكا|الولايات المتحدة الأمريكية|ארצות הברית של אמריקה|ארה״ב|アメリカ|アメリカ合衆国|米国"
    "|美国|美國|미국|VS|V.S.|Amerika",
    "VA": "Vatican|Holy See|Vatican City State|Holy See (Vatican City State)",
    "VE": "Venezuela, Bolivarian Republic of|Bolivarian Republic of Venezuela",
    "VG": "Virgin Islands, British|Virgin Islands (British)|BVI",
    "VI": "Virgin Islands, U.S.|Virgin Islands (U.S.)|USVI",
    "VN": "Viet Nam|Socialist Republic of Vietnam",
    "ZA": "RSA|Republic of South Africa|S. Africa",
}

_STATEMENTS = """\
-- What countries are called. Made by `make countries` from the Unicode CLDR; not edited here.
with written (code, alpha_3, name, names) as (values
ROWS
),
new_countries as (
    insert into public.countries (code, alpha_3, name)
    select code, alpha_3, name from written
)
insert into pathfinder.country_names (name, code)
select distinct
    case when name like '=%' then lower(substr(name, 2)) else pathfinder.name_key(name) end, code
from (select code, string_to_table(names, '|') as name from written) as each_name;
"""

_GERMAN_WITHOUT_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def fold(name: str) -> str:
    """Reduce a name roughly as `pathfinder.name_key` does, so that one spelling is enough."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).lower())
    plain = "".join(sign for sign in plain if not 0x300 <= ord(sign) <= 0x36F)
    plain = re.sub(r"\b(\w)\.", r"\1", plain.replace("\u2019", "'").replace("'", "").replace("&", " and "))
    plain = "".join(" " if unicodedata.category(sign)[0] in "PZS" else sign for sign in plain)
    return re.sub(r"\b(\w) (?=\w\b)", r"\1", " ".join(plain.split()))


def codes() -> list[str]:
    """Return the codes of the countries, in order."""
    territories = map(str, Locale("en").territories)
    return sorted(
        code for code in territories if re.fullmatch("[A-Z]{2}", code) and code not in _NO_COUNTRIES
    )


def alpha_3() -> dict[str, str]:
    """Return the code of three letters of each country."""
    aliases = get_global("territory_aliases").items()
    three = {
        to[0]: str(alias)
        for alias, to in aliases
        if re.fullmatch("[A-Z]{3}", str(alias)) and alias not in _FORMER and len(to) == 1
    }
    return three | _ALPHA_3_BESIDE


def names_by_language(code: str) -> Iterator[tuple[str, str]]:
    """Yield each language with what a country is called in it."""
    for language in LANGUAGES:
        name = Locale.parse(language).territories.get(code)
        # Not translated yet: the code itself.
        if name and name != code:
            yield language, name
            if language == "de":
                yield language, name.translate(_GERMAN_WITHOUT_UMLAUTS)


def choose() -> tuple[dict[str, list[str]], dict[str, set[str]]]:
    """Return the names of each country, one spelling each, and those left out with what they could mean."""
    settled: dict[str, str] = {}
    three, english = alpha_3(), Locale("en").territories
    for code in codes():
        for name in (code, three[code], english[code], *WRITTEN.get(code, "").split("|")):
            if name:
                clash = settled.setdefault(fold(name), code)
                if clash != code:
                    raise ValueError(f"{name} is settled as {clash} and as {code}")
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    spelling: dict[str, str] = {}
    for code in codes():
        for _, name in names_by_language(code):
            meanings[fold(name)].add(code)
            spelling.setdefault(fold(name), name)
    chosen: dict[str, list[str]] = {}
    for code in codes():
        written = [name for name in WRITTEN.get(code, "").split("|") if name]
        own = [
            spelling[key]
            for key, found in meanings.items()
            if found == {code} and settled.get(key, code) == code
        ]
        own += [
            spelling[key] for key, found in meanings.items() if len(found) > 1 and settled.get(key) == code
        ]
        once = {fold(name): name for name in [code, three[code], *written, *own]}
        chosen[code] = list(once.values())
        # "Áo" is Austria in Vietnamese, and AO Angola: such a name is found with its accents only (=).
        chosen[code] += [
            f"={name}"
            for _, name in names_by_language(code)
            if settled.get(fold(name), code) != code and not name.isascii()
        ]
    left_out = {key: found for key, found in meanings.items() if len(found) > 1 and key not in settled}
    return chosen, left_out


def sql() -> str:
    """Return the data as statements."""
    three, english = alpha_3(), Locale("en").territories
    chosen, _ = choose()
    rows = ",\n".join(
        f"    ({_literal(code)}, {_literal(three[code])}, {_literal(english[code])},"
        f" {_literal('|'.join(chosen[code]))})"
        for code in codes()
    )
    return _STATEMENTS.replace("ROWS", rows)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def main() -> int:
    """Write the file; return the exit code."""
    FILE.write_text(sql(), encoding="utf-8")
    chosen, left_out = choose()
    names = sum(map(len, chosen.values()))
    print(f"Wrote {FILE.name}: {len(chosen)} countries, {names:,} names in {len(LANGUAGES)} languages.")
    for name, meanings in sorted(left_out.items()):
        print(f"Left out: {name} ({', '.join(sorted(meanings))})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
