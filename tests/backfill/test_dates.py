"""When members joined, in the forms in which it is exported."""

from __future__ import annotations

from pathlib import Path

import pytest

from captpathfinder.backfill.dates import EITHER, is_day_first, read_date
from captpathfinder.backfill.reading import Options, open_source
from tests.backfill.exports import faults, members, opened, write

READ = {
    "2019-10-09": "2019-10-09",
    "2019/10/09": "2019-10-09",
    "2019.10.9": "2019-10-09",
    "20191009": "2019-10-09",
    "20191009160721": "2019-10-09T16:07:21",
    "2019-10-09T16:07:21+02:00": "2019-10-09T16:07:21+02:00",
    "2019-10-09T16:07:21.123Z": "2019-10-09T16:07:21Z",
    "2019-10-09 16:07:21.123456+02": "2019-10-09T16:07:21+02",
    "2019-10-09 16:07:21 UTC": "2019-10-09T16:07:21Z",
    "2019-10-09 16:07": "2019-10-09T16:07:00",
    "09.10.2019": "2019-10-09",
    "9.10.19": "2019-10-09",
    "09.10.2019 16:07 Uhr": "2019-10-09T16:07:00",
    "09. Oktober 2019": "2019-10-09",
    "9 octobre 2019": "2019-10-09",
    "9 août 2019 à 16h07": "2019-08-09T16:07:00",
    "9 de octubre de 2019": "2019-10-09",
    "9 ottobre 2019": "2019-10-09",
    "1. März 2019": "2019-03-01",
    "9 Oct 2019": "2019-10-09",
    "09-OCT-19": "2019-10-09",
    "09-Oct-2019 16:07:21": "2019-10-09T16:07:21",
    "9th of October, 2019": "2019-10-09",
    "October 9, 2019": "2019-10-09",
    "Oct 9th, 2019 at 4:07 PM": "2019-10-09T16:07:00",
    "Oct. 9, 2019 12:07 a.m.": "2019-10-09T00:07:00",
    "Wed, 09 Oct 2019 16:07:21 GMT": "2019-10-09T16:07:21Z",
    "Wed, 09 Oct 2019 16:07:21 +0200": "2019-10-09T16:07:21+0200",
    "Wed Oct 09 2019 16:07:21 GMT+0200 (Central European Summer Time)": "2019-10-09T16:07:21+0200",
    "Wed Oct  9 16:07:21 2019": "2019-10-09T16:07:21",
    "Wednesday, October 9, 2019": "2019-10-09",
    "2019年10月9日": "2019-10-09",
    "2019년 10월 9일": "2019-10-09",
    "25/10/2019": "2019-10-25",
    "10/25/2019": "2019-10-25",
    "10/25/19 4:07 PM": "2019-10-25T16:07:00",
    "10/10/2019": "2019-10-10",
    "1570630041": "2019-10-09T14:07:21+00:00",
    "1570630041.5": "2019-10-09T14:07:21+00:00",
    "1570630041000": "2019-10-09T14:07:21+00:00",
    "43747": "2019-10-09",
    "43747.5": "2019-10-09T12:00:00",
    "09/10/2019": EITHER,
    "9-10-19": EITHER,
    "last week": None,
    "2019": None,
    "2019-13-01": None,
    "30 February 2019": None,
    "31/31/2019": None,
    "2019-10-09T99:00": None,
    "12345678901234567890": None,
    "3 years ago": None,
    "09 Foo 2019": None,
}


@pytest.mark.parametrize("cell", READ)
def test_a_date_is_read_in_the_form_it_has(cell: str) -> None:
    assert read_date(cell, None) == READ[cell]


def test_day_and_month_stand_as_the_user_says() -> None:
    assert read_date("09/10/2019", day_first=True) == "2019-10-09"
    assert read_date("09/10/2019", day_first=False) == "2019-09-10"
    # What can be read in one way only is read in that.
    assert read_date("25/10/2019", day_first=False) == "2019-10-25"
    assert read_date("09.10.2019", day_first=False) == "2019-10-09"


@pytest.mark.parametrize(
    ("cells", "settled"),
    [
        (["01/02/2020", "25/12/2020"], True),
        (["01/02/2020", "12/25/2020"], False),
        (["01/02/2020"], None),
        (["25/12/2020", "12/25/2020"], None),
        (["25.12.2020", "01/02/2020"], None),
    ],
)
def test_one_clear_date_settles_its_column(cells: list[str], settled: bool | None) -> None:
    assert is_day_first(cells) is settled


def test_a_date_that_may_be_two_is_left_out_and_the_member_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "members.csv", "id,title,joined\n1,CEO,01/02/2020\n2,CFO,n/a\n3,COO,soon\n")
    source = opened(path)
    assert members(source) == [
        {"user_id": "1", "title": "CEO"},
        {"user_id": "2", "title": "CFO"},
        {"user_id": "3", "title": "COO"},
    ]
    assert faults(source) == {}
    dropped = [kind for read, _ in source.reads() for kind in read.dropped]
    assert ["--day-first" in dropped[0], dropped[1:]] == [True, ["dates that cannot be read"]]
    chosen = open_source(path, Options(day_first=True))
    assert members(chosen)[0]["joined_at"] == "2020-02-01"
