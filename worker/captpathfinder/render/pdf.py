"""The report as PDF, by WeasyPrint from the report's own HTML: tagged for screen readers, with bookmarks."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from weasyprint import HTML


def write_pdf(html: str, path: Path) -> None:
    """Write the PDF of a self-contained HTML text to `path`."""
    HTML(string=html, url_fetcher=_fetch_nothing).write_pdf(path, pdf_variant="pdf/ua-1")


def _fetch_nothing(url: str, *_arguments: object, **_options: object) -> NoReturn:
    """Refuse whatever the document asks for: it has everything in it, and no member's text may load more."""
    raise ValueError("a report loads nothing")
