"""Benchmarks: each measures one thing against its physical limit, or another way of doing it, in one run.

`make bench` runs all and prints a table; `python -m bench ingest rules` runs some. A benchmark is a
module here with `run() -> list[BenchRow]`. What counts is the ratio: both sides are measured side by side on
the same machine, so that a slow or busy machine slows both.
"""
