"""The renderer: a process of its own that makes the HTML and the PDF of one report, and ends.

`python -m captpathfinder.render.process FOLDER` reads `material.json` (a `Material`) there and writes
`report.html` and `report.pdf`. A process, because drawing takes seconds of computing that would keep the
worker from extending its leases, because the memory that WeasyPrint took goes back to the machine
when it ends, and because what goes wrong in their libraries ends it and not the worker. It gets no
secrets.

What it prints when it fails has no values in it: they may be personal.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
import warnings
from pathlib import Path

from captpathfinder.models import Model
from captpathfinder.render.documents import Person, ReportDocument

# Lower priority than the worker, which has leases to keep (see nice(2)).
NICENESS = 5


class Material(Model):
    """What the files of a report are made from: its numbers, and who is shown in each list, in order."""

    document: ReportDocument
    people: dict[str, list[Person]]

    def write(self, folder: Path) -> None:
        """Write `material.json`: in ASCII, as half characters have no UTF-8."""
        text = json.dumps(self.model_dump(mode="json"))
        (folder / "material.json").write_text(text, encoding="ascii")

    @classmethod
    def read(cls, folder: Path) -> Material:
        """Read `material.json`."""
        return cls.model_validate(json.loads((folder / "material.json").read_text(encoding="ascii")))


def make_files(folder: Path) -> None:
    """Make `report.html` and `report.pdf` of the folder's `material.json`."""
    # The worker imports this module for `Material`.
    from captpathfinder.render.document import report_html  # noqa: PLC0415 (it shall not carry what draws)

    material = Material.read(folder)
    html = report_html(material.document, material.people)
    # By another name first: what is there is whole, whatever becomes of the PDF.
    (folder / "report.html.new").write_text(html, encoding="utf-8")
    (folder / "report.html.new").rename(folder / "report.html")

    from captpathfinder.render.pdf import write_pdf  # noqa: PLC0415 (without its libraries there is an HTML)

    write_pdf(html, folder / "report.pdf")


def main(folder: str) -> int:
    """Make the files; 0, or 1 with what went wrong on standard error."""
    os.nice(NICENESS)
    # Libraries remark on fonts and styles, at times with the text at hand.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    try:
        make_files(Path(folder))
    except Exception as error:  # noqa: BLE001  (the top of the process: whatever it raises is told)
        sys.stderr.write("".join(traceback.format_tb(error.__traceback__)))
        # Nothing of what an error says but the library's name: the rest may quote the report.
        missing = str(error).partition(": ")[0] if isinstance(error, OSError) else ""
        named = f": {missing}" if missing.startswith("cannot load library") else ""
        sys.stderr.write(f"{type(error).__name__}{named}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
