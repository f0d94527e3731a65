"""Prints what the database counts as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def print_stats(console: Console, numbers: Mapping[str, Any]) -> None:
    """Print the answer of `stats()`: one table for each group of numbers, whatever groups there are."""
    loose = {key: value for key, value in numbers.items() if not isinstance(value, dict | list)}
    groups = {key: value for key, value in numbers.items() if isinstance(value, dict | list)}
    if loose:
        console.print(_table("", loose))
    for name, group in groups.items():
        console.print(_records(name, group) if isinstance(group, list) else _table(name, group))


def _heading(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _table(name: str, group: Mapping[str, Any]) -> Table:
    table = Table(title=_heading(name) or None, title_justify="left", show_header=False, min_width=40)
    table.add_column()
    table.add_column(justify="right")
    for label, value in _flat(group):
        table.add_row(label, value)
    return table


def _records(name: str, rows: list[Any]) -> Table:
    table = Table(title=_heading(name), title_justify="left", min_width=40)
    columns = list(dict.fromkeys(key for row in rows if isinstance(row, dict) for key in row))
    for column in columns or ["value"]:
        table.add_column(_heading(column))
    for row in rows:
        table.add_row(
            *(_cell(row.get(column)) for column in columns) if isinstance(row, dict) else (_cell(row),)
        )
    return table


def _flat(group: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in group.items():
        label = f"{before}{str(key).replace('_', ' ')}"
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{label}: ")
        elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            yield label, ""
            yield from (_counted(row) for row in value)
        else:
            yield label, _cell(value)


def _counted(row: Mapping[str, Any]) -> tuple[str, str]:
    """A record as a line below its heading: what is counted, and the count, or each of several.

    >>> _counted({"source": "gainsight", "outcome": "processed", "count": 12})
    ('  gainsight, processed', '12')
    >>> _counted({"day": "2026-11-28", "csuite": 0, "vp": 3, "channel": None})
    ('  2026-11-28', '0 csuite, 3 vp')
    """
    counts = {key: value for key, value in row.items() if isinstance(value, int)}
    said = ", ".join(str(value) for key, value in row.items() if key not in counts and value is not None)
    if len(counts) == 1:
        return f"  {said or 'none'}", _cell(*counts.values())
    return f"  {said}", ", ".join(f"{value:,} {key.replace('_', ' ')}" for key, value in counts.items())


def _cell(value: object) -> str:
    if value is None or value in ([], {}):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return str(value)
