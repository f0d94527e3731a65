"""Months to make reports of: a usual one in many scripts, a hostile one, an empty one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from captpathfinder.render.documents import Person, ReportDocument
from captpathfinder.render.lists import list_of
from captpathfinder.render.process import Material
from captpathfinder.render.report import MOST_PEOPLE

ZONE = "America/New_York"
START = datetime(2026, 11, 1, 4, tzinfo=UTC)
END = datetime(2026, 12, 1, 5, tzinfo=UTC)
MONDAYS = [date(2026, 10, 26) + timedelta(weeks=week) for week in range(6)]

SCRIPTS = [
    "Anna Schmidt", "王小明", "محمد عبد الله", "דוד לוי", "अमिताभ शर्मा", "Ólafur Jónsson", "Nguyễn Thị Minh",
    "김민준", "Юлия Кузнецова", "Ελένη Παππά", "สมชาย ใจดี", "தமிழ் செல்வன்", "გიორგი ბერიძე", "Արամ Խաչատրյան",
    "রহিম উদ্দিন", "山田太郎", "አበበ ቢቂላ", "Sam O'Neill 🚀", "👩🏽\u200d💻 Dana",
]  # fmt: skip
TITLES = [
    "Chief Executive Officer",
    "VP of Sales, EMEA",
    "首席执行官",
    "代表取締役社長",
    'המנכ"ל',
    "الرئيس التنفيذي",
]
PLACES = ["Germany", "日本", "السعودية", "United Kingdom of Great Britain and Northern Ireland", "Peru", None]
FUNCTIONS = ["finance", "technology", "human_resources"]
FIRMS = ["Acme", "Globex GmbH", "北京科技有限公司", "شركة النور", None]

SCRIPT = "<script>alert(1)</script>"
HOSTILE = [
    SCRIPT,
    '=HYPERLINK("http://evil.example","x")',
    "@SUM(A1)",
    "x;=1+1",
    "\u202eevil gnp.exe",
    "\u2067isolate",
    "\u0301\u0302lone marks",
    "a" + "\u0301" * 300,
    "x\x00\x07\x1b[31m\r\nBcc: everybody",
    "\ufffe\ud800half",
    "{{ 7 * 7 }}{% raw %}",
    "]]>--></style></title></svg><img src=x onerror=alert(1)>",
    "[click](https://evil.example) **bold** ![x](y)",
    "<!channel> <https://evil.example|click>",
    "CEO " * 1250,
    "W" * 5000,
    '" onmouseover="alert(1)',
]


def month(
    people: int,
    names: Sequence[str] = SCRIPTS,
    titles: Sequence[str] = TITLES,
    places: Sequence[str | None] = PLACES,
    firms: Sequence[str | None] = FIRMS,
    **report: object,
) -> Material:
    """A month of so many people, the same at each call; `report` changes the report's row."""
    chance = random.Random(4)  # noqa: S311 (a reproducible sample)
    zone = ZoneInfo(ZONE)
    rows: list[dict[str, Any]] = []
    for number in range(people):
        level = ("csuite", "vp", "vp")[number % 3]
        moment = START + (END - START) * chance.random()
        rows.append(
            {
                "id": number + 1,
                "user_id": f"{number:04}",
                "username": names[number % len(names)],
                "title": titles[number % len(titles)],
                "level": level,
                "company": chance.choice(firms),
                "country": chance.choice(places),
                "joined_at": chance.choice([None, START]),
                "detected_at": moment,
                "kind": "promotion" if level == "csuite" and number % 4 == 0 else "new",
                "previous_title": titles[(number + 1) % len(titles)] if number % 4 == 0 else None,
                "previous_company": firms[number % len(firms)] if number % 3 else None,
                "functions": [chance.choice(names if names is HOSTILE else FUNCTIONS)],
                "account": {"name": names[number % len(names)], "tier": "1"} if number % 5 == 0 else None,
                "profile_url": f"https://community.example/u/{number}",
            }
        )
    gone = [
        {
            "id": people + number + 1,
            "user_id": f"gone {number}",
            "username": names[number % len(names)],
            "kind": ("left", "moved")[number % 2],
            "title": None if number % 2 == 0 else titles[number % len(titles)],
            "level": None if number % 2 == 0 else "vp",
            "previous_title": titles[number % len(titles)],
            "previous_level": "vp",
            "company": chance.choice(firms),
            "previous_company": chance.choice(firms),
            "changed_at": START + timedelta(days=number),
        }
        for number in range(min(people, 8))
    ]
    rows.sort(key=lambda row: row["detected_at"], reverse=True)
    days = [(row["detected_at"].astimezone(zone).date(), row["level"]) for row in rows]
    weeks = Counter((day - timedelta(day.weekday()), level) for day, level in days)
    levels, kinds = (Counter(row[key] for row in rows) for key in ("level", "kind"))
    summary: dict[str, Any] = {
        "month": "2026-11",
        "name": "November 2026",
        "period_start": START,
        "period_end": END,
        "time_zone": ZONE,
        "total": people,
        "by_level": {level: levels[level] for level in ("csuite", "vp")},
        "by_kind": {**kinds, "left": (len(gone) + 1) // 2, "moved": len(gone) // 2},
        "by_country": _counted(rows, "country"),
        "by_company": _counted(rows, "company"),
        "by_function": _counted([{"f": name} for row in rows for name in row["functions"]], "f"),
        "by_week": [
            {
                "start": monday.isoformat(),
                "by_level": {level: weeks[monday, level] for level in ("csuite", "vp")},
                "total": weeks[monday, "csuite"] + weeks[monday, "vp"],
            }
            for monday in MONDAYS
        ],
        "by_month": [
            {
                "start": f"2026-{number:02}-01",
                "total": 5 * number,
                "by_level": {"csuite": number, "vp": 4 * number},
            }
            for number in range(6, 12)
        ],
        "watched": [
            {"name": name, "tier": "1", "owner": names[-1], "found": 3 - place, "left": place}
            for place, name in enumerate(names[: min(people, 3)])
        ],
        "previous": {"month": "2026-10", "total": 17, "by_level": {"csuite": 5}, "by_kind": {"left": 1}},
        "rules_versions": [3, 4],
        "revision": report.get("revision", 1),
        "people_added": 3,
    }
    row = {
        "id": 1,
        "month_label": "2026-11",
        "period_start": START,
        "period_end": END,
        "time_zone": ZONE,
        "generated_at": END - timedelta(minutes=5),
        "links": {
            "pdf": "https://x.example/a.pdf?token=t",
            "csv": "https://x.example/a.csv?token=t&download=a",
        },
        "links_expire_at": END + timedelta(days=7),
        **report,
    }
    changes = [Person.model_validate(person) for person in [*rows, *gone]]
    lists: dict[str, list[Person]] = {"csuite": [], "vp": [], "changed": [], "left": []}
    for change in changes:
        lists[list_of(change)].append(change)
    document = ReportDocument.model_validate({"report": row, "summary": summary})
    for people_of_list in lists.values():
        people_of_list.sort(key=lambda person: person.changed_at, reverse=True)
    shown = {name: people_of_list[:MOST_PEOPLE] for name, people_of_list in lists.items()}
    return Material(document=document, people=shown)


def hostile_month() -> Material:
    """Two dozen people who mean no good."""
    return month(24, HOSTILE, HOSTILE, [*HOSTILE, None], [*HOSTILE, None])


def _counted(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    counts = Counter(row[key] for row in rows)
    unknown = counts.pop(None, 0)
    named = [{"name": name, "count": count} for name, count in counts.most_common(20)]
    return [*named, {"name": None, "count": unknown}] if unknown else named
