"""Bodies made to cost much: each costs what its size says, and is answered like any other.

What is measured is what the backend itself used (Linux says): processor time, the least of three posts,
against what it needs for something simple, so that the speed does not matter; and the most memory it ever
held, which depends on nothing else.
"""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import psycopg
import pytest

from tests.ingest.platform import Platform

# What takes some 50 ms where a processor is not shared, and how many times that a body may take.
SIMPLE = "select count(md5(number::text)) from generate_series(1, 120000) as number"
TIMES = 2.5
MEMORY_KB = 20 * 1024

SIDE_FIELDS = [
    "oldValue", "username", "company", "country", "department", "email", "eventId", "timestamp", "joinedAt",
    "event", "date", "profileFieldId",
]  # fmt: skip
TEXTS = ["value", "oldValue", "username", "company", "country", "department", "email", "title"]
HUGE = "1e131071"


def written(**changes: object) -> str:
    """Return a change of a job title with some keys different."""
    change = {"userId": "1", "profileField": "Job Title", "value": "CEO", "oldValue": ""}
    return json.dumps(change | changes)


def raw(key: str, content: str) -> str:
    """Return a change of a job title with one more key, its content written as it is."""
    return f'{written()[:-1]}, "{key}": {content}}}'


def fill(part: str, size: int = 64_000, *, between: str = ",") -> str:
    """Repeat a part until a body is nearly full."""
    return between.join([part] * (size // (len(part.encode()) + len(between))))


BODIES: dict[str, str] = {
    **{f"huge numbers in {key}": raw(key, f"[{fill(HUGE, 60_000)}]") for key in ["value", *SIDE_FIELDS]},
    **{f"one huge number in {key}": raw(key, HUGE) for key in SIDE_FIELDS},
    "6,000 huge numbers": f'{{"event": [{",".join([HUGE] * 6000)}]}}',
    "huge numbers behind each other": "{" + ",".join(f'"k{n}": {HUGE}' for n in range(3500)) + "}",
    "huge numbers in an object": raw("event", "{" + ",".join(f'"k{n}": {HUGE}' for n in range(3500)) + "}"),
    "a number of many digits": raw("timestamp", "9" * 60_000),
    "a fraction of many digits": raw("timestamp", "0." + "9" * 16_000),
    "a text of digits as a time": written(timestamp="9" * 60_000),
    "a small exponent": raw("event", "1e-16000"),
    "nested lists": raw("value", "[" * 5000 + "]" * 5000),
    "nested objects": raw("event", '{"label":' * 5000 + "1" + "}" * 5000),
    "nested values": raw("value", '{"value":' * 5000 + '"CEO"' + "}" * 5000),
    "nested user": raw("user", '{"user":' * 5000 + '"CEO"' + "}" * 5000),
    "combining marks": written(value="\u0301" * 10_000),
    "combining marks, unescaped": raw("value", '"' + "a" + "\u0301" * 31_000 + '"'),
    "combining marks out of order": raw("value", '"' + "\u0301\u0327" * 15_000 + '"'),
    "combining marks everywhere": raw("username", '"' + "\u0327\u0301" * 15_000 + '"'),
    "a huge number as the id": raw("userId", HUGE),
    "lists of lists of lists": written(value=[[["x"] * 50] * 50] * 5),
    "backslashes and half a character": raw("value", '"' + "\\\\" * 15_000 + '\\ud83d"'),
    "percent signs": written(value="%41" * 20_000),
    "keys of empty lists": raw("note", "1")[:-1] + "".join(f', "k{n}": []' for n in range(4_500)) + "}",
    "a long old value": written(oldValue="a " * 30_000),
    "a long event id": written(eventId="x" * 60_000),
    "one word in two cases": written(event="aB" * 30_000),
    "entities": written(value="&amp;" * 12_000),
    "entities of entities": written(value="&amp;" + "amp;" * 15_000),
    "numbered entities": written(value="&#x1F600;" * 7_000),
    "long entities": written(value="&CounterClockwiseContourIntegral;" * 1_900),
    "ampersands": written(value="&" * 60_000),
    "open tags": written(value="<a " * 20_000),
    "angle brackets": written(value="<" * 60_000),
    "closing brackets": written(value="<" * 30_000 + ">" * 30_000),
    "comments": written(value="<!--" * 15_000),
    "blanks": written(value=" " * 30_000 + "x" + " " * 30_000),
    "line ends": written(value="\n" * 20_000),
    "many keys": "{" + ",".join(f'"{n}":1' for n in range(7_000)) + "}",
    "one key many times": raw("note", "1")[:-1] + "," + fill('"value":"CEO"', 60_000) + "}",
    "a long list as a title": written(value=["CEO"] * 9_000),
    "a list of lists as a title": written(value=[["CEO"]] * 7_000),
    "a list of objects as a title": written(value=[{"label": "CEO"}] * 3_500),
    "a list of empty lists": written(value=[[]] * 15_000),
    "a list of nulls": written(value=[None] * 10_000),
    "a long event name": written(event="user deleted not " * 3_500),
    "an event name of dashes": written(event="-" * 60_000),
    "a long id": written(userId="1" * 60_000),
    "an id of brackets": written(userId="[object " * 7_000),
    "a long field name": written(profileField="Job Title " * 6_000),
    "an e-mail address of at signs": written(email="@" * 60_000),
    "an e-mail address of dots": written(email="@" + "a." * 30_000),
    "half characters": raw("value", '"' + "\\ud83d" * 10_000 + '"'),
    "backslashes": raw("value", '"' + "\\\\" * 15_000 + "\\u0000" * 5_000 + '"'),
    "words": written(value="vice president of the " * 2_800),
    "commas": written(value="CEO, " * 12_000),
    "slashes": written(value="CEO/" * 15_000),
    "a time of commas": written(timestamp="Fri, " * 12_000),
    **{
        f"{part} in many fields": written(**dict.fromkeys(TEXTS, part * (7_000 // len(part))))
        for part in ["&amp;", "&lt;p&gt;", "&#8211;", "%41", "<b>a</b>", "a\u200b"[:1] + "&#xd83d;"]
    },
    "a time of zones": written(timestamp="2026-01-02T10:00:00" + "[Europe/Berlin]" * 4_000),
}


def processor_ms(pid: int) -> float:
    """Return how long a process has been on a processor."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def most_memory(pid: int) -> int:
    """Return the most memory that a process ever held, in KB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def test_there_are_fifty_hostile_bodies_that_fit() -> None:
    assert len(BODIES) >= 50
    assert {name for name, body in BODIES.items() if len(body.encode()) > 65536} == set()


@pytest.mark.timeout(600)
def test_a_hostile_body_costs_no_more_than_its_size(platform: Platform, db_dsn: str) -> None:
    costs: dict[str, tuple[int, float, int]] = {}
    simple: list[float] = []
    for name, body in BODIES.items():
        with psycopg.connect(db_dsn, autocommit=True) as connection:
            pid = connection.info.backend_pid
            sender = Platform(connection)
            # What any webhook needs is not the body's fault.
            sender.post(
                written(userId="warm", value="VP Sales", event="user_updated", timestamp=1_700_000_000)
            )
            memory = most_memory(pid)
            times = []
            for _ in range(3):
                before = processor_ms(pid)
                status = sender.post(body).status
                times.append(processor_ms(pid) - before)
            before = processor_ms(pid)
            connection.execute(SIMPLE)
            simple.append(processor_ms(pid) - before)
            costs[name] = (status, min(times), most_memory(pid) - memory)
    print("\n".join(f"{ms:8.1f} ms {kb:8} KB  {status} {name}" for name, (status, ms, kb) in costs.items()))
    assert {name: cost for name, cost in costs.items() if cost[0] not in {200, 400, 413}} == {}
    assert {name: cost for name, cost in costs.items() if cost[1] > TIMES * statistics.median(simple)} == {}
    assert {name: cost for name, cost in costs.items() if cost[2] > MEMORY_KB} == {}
