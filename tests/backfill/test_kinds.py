"""Kinds of files that spreadsheets, databases and platforms leave, and what comes of each."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from pathlib import Path

import pytest

from captpathfinder.backfill.reading import Options, open_source
from captpathfinder.backfill.separated import LONGEST_LINE
from captpathfinder.errors import PermanentError
from tests.backfill.exports import Member, faults, members, opened, workbook, write, xlsx, zipped

PLAIN = "user_id,username,job title\n7,Ann,CEO\n8,Bob,VP Sales\n"
TWO: list[Member] = [
    {"user_id": "7", "username": "Ann", "title": "CEO"},
    {"user_id": "8", "username": "Bob", "title": "VP Sales"},
]
ROWS: list[list[object]] = [["user_id", "username", "job title"], [7, "Ann", "CEO"], [8, "Bob", "VP Sales"]]
BOX = "+---------+----------+-----------+\n"

# Each of these says what PLAIN says.
ALIKE: dict[str, bytes] = {
    "commas": PLAIN.encode(),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "bars": PLAIN.replace(",", "|").encode(),
    "unit separators": PLAIN.replace(",", "\x1f").encode(),
    "sep= in quotes": ('"sep=;"\n' + PLAIN.replace(",", ";")).encode(),
    "sep=tab": ("sep=\t\r\n" + PLAIN.replace(",", "\t")).encode(),
    "spaces after commas": PLAIN.replace(",", ", ").encode(),
    "spaces before quotes": b'user_id, "username", "job title"\n7, "Ann", "CEO"\n8, "Bob", "VP Sales"\n',
    "everything quoted": b'"user_id","username","job title"\r\n"7","Ann","CEO"\r\n"8","Bob","VP Sales"\r\n',
    "single quotes": b"'user_id','username','job title'\n'7','Ann','CEO'\n'8','Bob','VP Sales'\n",
    "rows quoted as a whole": b'"user_id,username,job title"\n"7,Ann,CEO"\n"8,Bob,""VP Sales"""\n',
    "CR LF": PLAIN.replace("\n", "\r\n").encode(),
    "CR only": PLAIN.replace("\n", "\r").encode(),
    "CR CR LF": PLAIN.replace("\n", "\r\r\n").encode(),
    "no end of line at the end": PLAIN.rstrip().encode(),
    "blank lines": ("\n\n" + PLAIN.replace("\n", "\n\n,,\n")).encode(),
    "UTF-8 with a mark": PLAIN.encode("utf-8-sig"),
    "UTF-16 with a mark": PLAIN.encode("utf-16"),
    "UTF-16, big end first, with a mark": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "UTF-16 without a mark": PLAIN.encode("utf-16-le"),
    "UTF-16, big end first, without a mark": PLAIN.encode("utf-16-be"),
    "UTF-16, CR only": PLAIN.replace("\n", "\r").encode("utf-16"),
    "UTF-32": PLAIN.encode("utf-32"),
    "gzip": gzip.compress(PLAIN.encode()),
    "bzip2": bz2.compress(PLAIN.encode()),
    "xz": lzma.compress(PLAIN.encode()),
    "gzip of gzip": gzip.compress(gzip.compress(PLAIN.encode("utf-16"))),
    "zip": zipped({"export/members.csv": PLAIN.encode()}),
    "zip made on a Mac": zipped({"members.csv": PLAIN.encode(), "__MACOSX/._members.csv": b"\0\1"}),
    "zip of gzip": zipped({"members.csv.gz": gzip.compress(PLAIN.encode())}),
    "xlsx": xlsx(ROWS),
    "xlsx in gzip": gzip.compress(xlsx(ROWS)),
    "xlsx in zip": zipped({"members.xlsx": xlsx(ROWS)}),
    "xlsx with a preamble": xlsx([["Members"], [], *ROWS, ["Total: 2"]]),
    "xlsx with another sheet first": workbook({"Read me": [["Made by hand"]], "Data": ROWS}),
    "JSON lines": b'{"user_id": 7, "username": "Ann", "job title": "CEO"}\n'
    b'{"user_id": 8, "username": "Bob", "job title": "VP Sales", "x": [1]}\n',
    "JSON array": b'[{"user_id": "7", "username": "Ann", "job title": "CEO"},\n'
    b'{"job title": "VP Sales", "user_id": 8.0, "username": "Bob"}]',
    "JSON within an answer": b'{"total": 2, "members": ['
    b'{"user": {"id": 7, "name": "Ann"}, "jobTitle": "CEO"},'
    b' {"user": {"id": 8, "name": "Bob"}, "jobTitle": "VP Sales"}]}',
    "HTML called xls": b"<html><body><table><tr><th>user_id</th><th>username<th>job title</tr>\n"
    b"<tr><td>7<td>Ann<td>CEO</tr><tr><td>8</td><td>Bob</td><td>VP Sales</td></tr></table></body></html>",
    "XML of Excel 2003": b'<?xml version="1.0"?><Workbook xmlns:ss="x"><Worksheet><Table>'
    b"<Row><Cell><Data>user_id</Data></Cell><Cell><Data>username</Data></Cell>"
    b"<Cell><Data>job title</Data></Cell></Row>"
    b"<Row><Cell><Data>7</Data></Cell><Cell><Data>Ann</Data></Cell><Cell><Data>CEO</Data></Cell></Row>"
    b'<Row><Cell><Data>8</Data></Cell><Cell ss:Index="2"><Data>Bob</Data></Cell>'
    b"<Cell><Data>VP Sales</Data></Cell></Row></Table></Worksheet></Workbook>",
    "psql": b" user_id | username | job title\n---------+----------+-----------\n"
    b"       7 | Ann      | CEO\n       8 | Bob      | VP Sales\n(2 rows)\n\n",
    "mysql": (
        BOX + "| user_id | username | job title |\n" + BOX + "|       7 | Ann      | CEO       |\n"
        "|       8 | Bob      | VP Sales  |\n" + BOX + "2 rows in set (0.00 sec)\n"
    ).encode(),
    "markdown": b"| user_id | username | job title |\n|---|:--|--:|\n"
    b"| 7 | Ann | CEO |\n| 8 | Bob | VP Sales |\n",
    "sqlcmd": b"user_id,username,job title\n-------,--------,---------\n7,Ann,CEO\n8,Bob,VP Sales\n"
    b"\n(2 rows affected)\n",
    "backslashes": b'"user_id","username","job title"\n"7","Ann","CEO"\n"8","Bob","VP \\"Sales\\""\n'.replace(
        b' \\"Sales\\"', b" Sales"
    ),
    "footers": (PLAIN + '\nTotal: 2,,\nTotal,2,\n"Generated on 1 May, by Bob"\nPage 1 of 1\n').encode(),
    "headings again in the middle": PLAIN.replace("8,", "user_id,username,job title\n8,").encode(),
    "surplus empty cells": PLAIN.replace("\n", ",,,\n").encode(),
    "a number before each heading": b"#,User ID,Display name,Job title\n1,7,Ann,CEO\n2,8,Bob,VP Sales\n",
    "NUL bytes": PLAIN.replace("Ann", "A\0nn").replace("A\0nn", "\0Ann\0").encode(),
    "joined rows": (PLAIN + "8,Bob,VP Sales\n").encode(),
    "ids as formulas": PLAIN.replace("7,", '="7",').replace("8,", '"=""8""",').encode(),
    "apostrophes before cells": PLAIN.replace("7,", "'7,").replace("CEO", "'CEO").encode(),
    "no-break spaces": PLAIN.replace("7,", "\u00a07\u200b,").replace("CEO", "\ufeffCEO\u00a0").encode(),
    "decimal commas": PLAIN.replace(",", ";").replace("7;", "7,0;").replace("8;", "8,00;").encode(),
    "e-mail names first": b"email;User-ID;Name;Job Title\na@x.org;7;Ann;CEO\n;8;Bob;VP Sales\n".replace(
        b"a@x.org", b"none"
    ),
    "roles of the community": b"id,name,role,position\n7,Ann,Member,CEO\n8,Bob,Administrator,VP Sales\n",
    "an empty column of titles": b"id,name,job title,position\n7,Ann,,CEO\n8,Bob,,VP Sales\n",
    "numbers as positions": b"id,name,position,title\n7,Ann,1,CEO\n8,Bob,2,VP Sales\n",
    "headings in questions": b"User ID,Full name,What is your job title?\n7,Ann,CEO\n8,Bob,VP Sales\n",
    "headings with dots": b"user.id,user.displayName,user.profile.jobTitle\n7,Ann,CEO\n8,Bob,VP Sales\n",
}
HEADINGS = [
    "Benutzer-ID;Name;Berufsbezeichnung",
    "Mitgliedsnummer;Anzeigename;Funktion",
    "Identifiant;Nom d'utilisateur;Intitulé du poste",
    "ID de usuario;Nombre;Cargo",
    "ID utente;Nome utente;Qualifica",
    "ID do usuário;Nome;Função",
    "Gebruikers-ID;Gebruikersnaam;Functie",
    "Användar-ID;Namn;Befattning",
    "ID użytkownika;Nazwa użytkownika;Stanowisko",
    "Kullanıcı ID;Ad Soyad;Unvan",
    "ID пользователя;Имя;Должность",
    "用户ID;姓名;职位",
    "ユーザーID;氏名;役職",
    "사용자 ID;이름;직책",
    "MEMBER_ID;DISPLAY_NAME;JOB_TITLE",
    "memberId;displayName;jobTitle",
]


@pytest.mark.parametrize("kind", ALIKE)
def test_a_kind_of_file_says_what_a_plain_one_says(kind: str, tmp_path: Path) -> None:
    # Called .csv whatever it is, as the name decides nothing.
    source = opened(write(tmp_path / "members.csv", ALIKE[kind]))
    assert [
        member for number, member in enumerate(members(source)) if member not in members(source)[:number]
    ] == TWO
    assert faults(source) == {}


@pytest.mark.parametrize("headings", HEADINGS)
def test_headings_are_known_in_many_languages(headings: str, tmp_path: Path) -> None:
    text = PLAIN.replace("user_id,username,job title", headings).replace(",", ";")
    assert members(opened(write(tmp_path / "members.csv", text))) == TWO


ENCODED = [
    ("cp1252", "Windows-1252", "Geschäftsführer", "Jürgen Groß"),
    ("cp1252", "Windows-1252", "Directrice générale adjointe", "Zoë Lefèvre"),
    ("cp1252", "Windows-1252", "Diretor de Operações", "João Gonçalves"),
    ("mac_roman", "Mac Roman", "Geschäftsführer", "Jürgen Groß"),
    ("mac_roman", "Mac Roman", "Directrice générale adjointe", "Zoë Lefèvre"),
    ("cp850", "DOS code page 850", "Geschäftsführer", "Jürgen Groß"),
    ("cp932", "Shift-JIS", "代表取締役社長", "山田 たろう"),
    ("euc_jp", "EUC-JP", "代表取締役社長", "やまだ タロウ"),
    ("gb18030", "GB 18030", "首席执行官", "王小明"),
    ("big5", "Big5", "執行長", "王小明"),
    ("cp949", "EUC-KR", "대표이사", "김민수"),
    ("cp1251", "Windows-1251", "Генеральный директор", "Иван Петров"),
    ("koi8_r", "KOI8-R", "Генеральный директор", "Иван Петров"),
    ("cp1250", "Windows-1250", "Dyrektor zarządzający", "Łukasz Wiśniewski"),
    ("cp1254", "Windows-1254", "Genel Müdür Yardımcısı", "Ayşe Yıldız"),
    ("utf-8", "UTF-8", "Geschäftsführer", "Jürgen Groß"),
    ("utf-16-le", "UTF-16 without a mark", "Geschäftsführer", "Jürgen Groß"),
    ("utf-16-be", "UTF-16 without a mark", "Geschäftsführer", "Jürgen Groß"),
    ("utf-32-le", "UTF-32 without a mark", "Geschäftsführer", "Jürgen Groß"),
    ("utf-32-be", "UTF-32 without a mark", "Geschäftsführer", "Jürgen Groß"),
    ("utf-16", "UTF-16 with a mark", "代表取締役社長", "山田 たろう"),
]


@pytest.mark.parametrize(("codec", "name", "title", "username"), ENCODED)
def test_an_encoding_is_recognised_and_named(
    codec: str, name: str, title: str, username: str, tmp_path: Path
) -> None:
    text = PLAIN.replace("CEO", title).replace("Ann", username)
    source = opened(write(tmp_path / "members.csv", text, codec))
    assert members(source) == [{"user_id": "7", "username": username, "title": title}, TWO[1]]
    assert f"text in {name}" in source.described


def test_an_encoding_is_recognised_by_the_beginning_of_a_large_file(tmp_path: Path) -> None:
    rows = "".join(f"{number},Jürgen Groß {number},Geschäftsführer\n" for number in range(9, 1000))
    source = opened(write(tmp_path / "members.csv", PLAIN + rows, "cp1252"))
    assert members(source)[-1] == {
        "user_id": "999",
        "username": "Jürgen Groß 999",
        "title": "Geschäftsführer",
    }
    assert "Windows-1252" in source.described


def test_an_encoding_that_the_user_names_is_used(tmp_path: Path) -> None:
    path = write(tmp_path / "members.csv", PLAIN.replace("Ann", "Zoë"), "mac_roman")
    source = open_source(path, Options(encoding="mac_roman"))
    assert members(source)[0]["username"] == "Zoë"
    with pytest.raises(PermanentError, match="no encoding called klingon"):
        open_source(path, Options(encoding="klingon"))


def test_a_few_broken_bytes_cost_neither_the_file_nor_a_row(tmp_path: Path) -> None:
    rows = "".join(f"{number},Jürgen,Geschäftsführer\n" for number in range(9, 60))
    content = (PLAIN + rows).encode().replace(b"8,Bob", b"8,Zo\xeb")
    source = opened(write(tmp_path / "members.csv", content))
    assert [member["username"] for member in members(source)][:3] == ["Ann", "Zoë", "Jürgen"]
    assert "Windows-1252" in source.described


def test_text_that_was_decoded_wrongly_before_is_mended(tmp_path: Path) -> None:
    text = PLAIN.replace("Ann", "Zo\u00c3\u00ab")
    assert members(opened(write(tmp_path / "members.csv", text)))[0]["username"] == "Zoë"


# A row's cells as text, and the member or the beginning of the reason.
HEADER = "user_id,username,job title,company,country,joined,email,bio\n"
CELLS: dict[str, tuple[str, Member | str]] = {
    "leading zeros": ("00123,Ann,CEO", {"user_id": "00123"}),
    "a formula for leading zeros": ('="00123",Ann,CEO', {"user_id": "00123"}),
    "a formula in quotes": ('"=""00123""",Ann,CEO', {"user_id": "00123"}),
    "a formula of text": ('"=T(""00123"")",Ann,CEO', {"user_id": "00123"}),
    "an apostrophe": ("'00123,Ann,CEO", {"user_id": "00123"}),
    "thousands with commas": ('"1,234,567",Ann,CEO', {"user_id": "1234567"}),
    "thousands with dots": ("1.234.567,Ann,CEO", {"user_id": "1234567"}),
    "thousands with spaces": ("1\u202f234\u202f567,Ann,CEO", {"user_id": "1234567"}),
    "a float": ("1234567.00,Ann,CEO", {"user_id": "1234567"}),
    "digits of other scripts": ("１２３,Ann,CEO", {"user_id": "123"}),
    "an id of letters": ("a1b2-c3,Ann,CEO", {"user_id": "a1b2-c3"}),
    "an id that looks like a power": ("1e5,Ann,CEO", {"user_id": "1e5"}),
    "a power": ("1.2E+17,Ann,CEO", "1.2E+17 was shortened"),
    "a power with a comma": ('"1,2E+17",Ann,CEO', "1,2E+17 was shortened"),
    "a power without a fraction": ("1E+17,Ann,CEO", "1E+17 was shortened"),
    "no id": (",Ann,CEO", "There is no user id"),
    "an id that is NULL": ("NULL,Ann,CEO", "There is no user id"),
    "an id that could not be computed": ("#REF!,Ann,CEO", "There is no user id"),
    "too many cells": ("7,Ann,VP, Sales,Acme,UK,2020-01-01,a@x.org,hello", "The row has 9 cells"),
    "a title without end": (f"7,Ann,{'x' * 4001}", "The title is longer"),
    "a company without end": (f"7,Ann,CEO,{'x' * 1001}", {"title": "CEO", "company": ""}),
    "a comma in quotes": ('7,Ann,"VP, Sales"', {"title": "VP, Sales"}),
    "quotes in quotes": ('7,Ann,"VP ""Sales"""', {"title": 'VP "Sales"'}),
    "quotes that stand by themselves": ('7,Ann,VP "Sales" team', {"title": 'VP "Sales" team'}),
    "quotes within quotes, not doubled": ('7,Ann,"VP "Sales" EMEA"', {"title": 'VP "Sales" EMEA'}),
    "a word in quotes at the beginning": ('7,"Bo" Ames,CEO', {"username": '"Bo" Ames', "title": "CEO"}),
    "inches": ('7,Ann,CEO of 6" pipes', {"title": 'CEO of 6" pipes'}),
    "a line break in quotes": ('7,Ann,"VP\nSales"', {"title": "VP\nSales"}),
    "several line breaks": (
        '7,"Ann\n\nAmes","VP\r\n""Sales""",Acme',
        {"company": "Acme", "username": "Ann\n\nAmes"},
    ),
    "a lone CR": ("7,Ann,VP\rSales", {"title": "VP\rSales"}),
    "an open quote in a cell that is not needed": (
        '7,Ann,CEO,Acme,UK,,,"I like',
        {"title": "CEO", "company": "Acme"},
    ),
    "an open quote in the company": ('7,Ann,CEO,"Acme', {"title": "CEO", "company": ""}),
    "a row that ends early": ("7,Ann,CEO", {"title": "CEO", "company": ""}),
    "a member without a title": ("7,Ann", {"user_id": "7", "title": ""}),
    "a member without anything": ("7", {"user_id": "7", "title": ""}),
    "an e-mail address": ("7,Ann,CEO,,,,Ann.Ames@Mail.Example.ORG", {"email_domain": "mail.example.org"}),
    "a name before an e-mail address": ("7,Ann,CEO,,,,Ann <a@x.org>", {"email_domain": "x.org"}),
    "no e-mail address": ("7,Ann,CEO,,,,hidden", {"email_domain": ""}),
    "entities, which the database reads": ("7,Ann,VP R&amp;D", {"title": "VP R&amp;D"}),
    "'t Hooft": ("7,'t Hooft,CEO", {"username": "'t Hooft"}),
    "Null of DBeaver": ("7,Ann,CEO,[NULL],(null),<null>", {"company": "", "country": "", "joined_at": ""}),
    "errors of a spreadsheet": (
        "7,Ann,#N/A,#REF!,#NAME?,####",
        {"title": "", "company": "", "joined_at": ""},
    ),
    "dashes": ("7,Ann,–,—,--", {"title": "", "company": "", "country": ""}),
    "Namibia": ("7,Ann,CEO,Acme,NA", {"country": "NA"}),
    "half a character": ("7,A\ud83dnn,CEO", {"title": "CEO"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_means_what_it_meant(kind: str, tmp_path: Path) -> None:
    row, expected = CELLS[kind]
    text = (
        f"{HEADER}1,Cy,CTO,Acme,UK,2020-01-31,c@x.org,bio\n{row}\n9,Di,COO,Acme,FR,2020-01-31,c@x.org,bio\n"
    )
    source = opened(write(tmp_path / "members.csv", text.encode("utf-8", "surrogatepass")))
    assert [member["user_id"] for member in members(source)][:1] == ["1"]
    assert members(source)[-1]["user_id"] == "9"
    if isinstance(expected, str):
        assert len(members(source)) == 2
        assert [reason.startswith(expected) for reason in faults(source).values()] == [True]
        return
    assert faults(source) == {}
    _, found, _ = members(source)
    assert {attribute: found.get(attribute, "") for attribute in expected} == expected


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty"),
    "blanks": (b" \n\n", "is empty"),
    "one column": (b"user_id\n1\n", "more than one cell"),
    "no id": (
        b"name,title\nAnn,CEO\n",
        r"no column holds the user-id; there are “name”, “title”.*--user-id-column NAME",
    ),
    "no title": (b"id,name\n1,Ann\n", "--title-column NAME"),
    "no headings": (b"7,Ann,CEO\n8,Bob,VP Sales\n", "--no-header"),
    "salutations only": (b"id,title\n1,Mr\n2,Ms\n", "--title-column"),
    "two ids": (b"id,ID,title\n1,2,CEO\n", "column 1.*column 2.*--user-id-column"),
    "a PDF": (b"%PDF-1.7\n", "a PDF"),
    "a Parquet file": (b"PAR1\0\0", "a Parquet file"),
    "a zip of two": (zipped({"a.csv": b"x", "b.csv": b"y"}), "holds 2 files"),
    "an empty zip": (zipped({}), "holds 0 files"),
    "a gzip that was cut": (gzip.compress(PLAIN.encode() * 500)[:60], "damaged"),
    "a spreadsheet that is none": (b"PK\x03\x04" + b"\0" * 40, "damaged"),
    "an old spreadsheet that is none": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40, "Save it as CSV"),
    "empty sheets": (xlsx([]), "empty"),
    "JSON that was cut": (b'[{"id": 1, "title": "CEO"}, {"id": 2, "ti', "not JSON"),
    "a line without end": (b"id,title\n1,CEO\n2," + b"x" * LONGEST_LINE, "a line of more than"),
    "a page": (b"<html><body>Sign in</body></html>", "without a table"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_read_says_what_to_change(kind: str, tmp_path: Path) -> None:
    content, said = REFUSED[kind]
    with pytest.raises(PermanentError, match=said):
        members(opened(write(tmp_path / "members.csv", content)))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match=r"absent\.csv cannot be read: No such file"):
        opened(tmp_path / "absent.csv")


def test_without_headings_columns_are_named_by_number(tmp_path: Path) -> None:
    path = write(tmp_path / "members.csv", PLAIN.split("\n", 1)[1])
    columns = {"user_id": "1", "username": "2", "title": "3"}
    assert members(open_source(path, Options(columns=columns, no_header=True))) == TWO


def test_a_column_that_is_chosen_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    path = write(tmp_path / "members.csv", "id,Aufgabe,title\n1,CEO,Dr.\n")
    assert members(opened(path, title="Aufgabe")) == [{"user_id": "1", "title": "CEO"}]
    assert members(opened(path, title="aufgabe")) == [{"user_id": "1", "title": "CEO"}]
    with pytest.raises(PermanentError, match="--title-column Function: no column is called so"):
        opened(path, title="Function")


def test_numbers_that_a_workbook_cannot_hold_are_rejected(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["id", "title"],
        [123456789012345678, "CEO"],
        [123456789012345, "CFO"],
        ["123456789012345678", "CTO"],
    ]
    source = opened(write(tmp_path / "members.xlsx", xlsx(rows)))
    assert [member["user_id"] for member in members(source)] == ["123456789012345", "123456789012345678"]
    assert "shortened by a spreadsheet" in faults(source)[2]


def test_an_open_quote_at_the_end_of_a_large_file_swallows_nothing(tmp_path: Path) -> None:
    rows = [f"{number},Ann,{chr(34) if number % 7 == 0 else ''}CEO" for number in range(1, 2001)]
    source = opened(write(tmp_path / "members.csv", "id,name,title\n" + "\n".join(rows)))
    assert len(members(source)) == 2000 - 285
    assert len(faults(source)) == 285


def test_long_texts_of_several_lines_are_no_open_quotes(tmp_path: Path) -> None:
    bio = "\n".join(f"Line {number}, with commas, and more" for number in range(300))
    path = write(tmp_path / "members.csv", f'id,bio,title\n1,"{bio}",CEO\n2,x,CFO\n')
    assert members(opened(path)) == [{"user_id": "1", "title": "CEO"}, {"user_id": "2", "title": "CFO"}]


def test_json_keeps_large_ids_and_what_is_null(tmp_path: Path) -> None:
    rows = [{"id": 123456789012345678901, "title": "CEO", "company": None}, {"id": None, "title": "CFO"}]
    source = opened(write(tmp_path / "members.json", json.dumps(rows)))
    assert members(source) == [{"user_id": "123456789012345678901", "title": "CEO"}]
    assert faults(source) == {2: "There is no user id."}
