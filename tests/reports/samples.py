"""Months to make reports of: a usual one in many scripts, a hostile one, an empty one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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
                "user_id": str(number),
                "username": names[number % len(names)],
                "title": titles[number % len(titles)],
                "seniority_level": level,
                "company": chance.choice(firms),
                "country": chance.choice(places),
                "joined_at": chance.choice([None, START]),
                "detected_at": moment,
                "kind": "promotion" if level == "csuite" and number % 4 == 0 else "new",
                "why": names[-1 - number % len(names)] if names is HOSTILE else "Chief … officer",
                "rules_version": 3,
            }
        )
    rows.sort(key=lambda row: row["detected_at"], reverse=True)
    days = [(row["detected_at"].astimezone(zone).date(), row["seniority_level"]) for row in rows]
    weeks = Counter((day - timedelta(day.weekday()), level) for day, level in days)
    levels, kinds = (Counter(row[key] for row in rows) for key in ("seniority_level", "kind"))
    summary: dict[str, Any] = {
        "month": "2026-11",
        "name": "November 2026",
        "period_start": START,
        "period_end": END,
        "time_zone": ZONE,
        "total": people,
        "by_level": {level: levels[level] for level in ("csuite", "vp")},
        "by_kind": {kind: kinds[kind] for kind in ("new", "promotion")},
        "by_country": _counted(rows, "country"),
        "by_company": _counted(rows, "company"),
        "by_week": [
            {
                "start": monday.isoformat(),
                "csuite": weeks[monday, "csuite"],
                "vp": weeks[monday, "vp"],
                "total": weeks[monday, "csuite"] + weeks[monday, "vp"],
            }
            for monday in MONDAYS
        ],
        "previous": {"month": "2026-10", "total": 17},
        "change": {"total": people - 17, "csuite": 2, "vp": -3, "new": 0, "promotion": 1},
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
    shown = {
        level: [person for person in rows if person["seniority_level"] == level][:MOST_PEOPLE]
        for level in ("csuite", "vp")
    }
    return Material.model_validate({"document": {"report": row, "summary": summary}, "people": shown})


def hostile_month() -> Material:
    """Two dozen people who mean no good."""
    return month(24, HOSTILE, HOSTILE, [*HOSTILE, None], [*HOSTILE, None])


def _counted(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    counts = Counter(row[key] for row in rows)
    unknown = counts.pop(None, 0)
    named = [{"name": name, "count": count} for name, count in counts.most_common(20)]
    return [*named, {"name": None, "count": unknown}] if unknown else named
