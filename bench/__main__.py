"""Run the benchmarks and print their table: `python -m bench [NAME…]`."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys

from rich.console import Console
from rich.table import Table

import bench
from bench.common import BenchRow

_NO_BENCHMARKS = {"__main__", "common"}


def main() -> int:
    """Run what was asked for; return 0, or 2 for a name that is none."""
    known = sorted(
        module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in _NO_BENCHMARKS
    )
    parser = argparse.ArgumentParser(prog="python -m bench", description="Run benchmarks.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(known)}; default: all")
    names = parser.parse_args().names or known
    console = Console()
    if unknown := [name for name in names if name not in known]:
        console.print(f"No benchmark is called {', '.join(unknown)}; there are {', '.join(known)}.")
        return 2
    results: dict[str, list[BenchRow]] = {}
    for name in names:
        with console.status(f"measuring {name} …"):
            run = getattr(importlib.import_module(f"bench.{name}"), "run", None)
            if run is not None:
                results[name] = run()
    console.print(_table(results))
    return 0


def _table(results: dict[str, list[BenchRow]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("benchmark", "measured", "reference"):
        table.add_column(heading, overflow="fold")
    table.add_column("ratio", justify="right")
    table.add_column("note", overflow="fold")
    for name, rows in results.items():
        table.add_section()
        for row in rows:
            ratio = "" if row.ratio is None else f"{row.ratio:.3g}"
            table.add_row(f"{name}: {row.name}", row.measured, row.reference, ratio, row.note)
    return table


if __name__ == "__main__":
    sys.exit(main())
