"""The README's pictures, made from what the demonstration left: `make pictures`.

It starts the demonstration's stack again, photographs a digest, the report and the dashboard with a headless
Chromium, and stops the stack.
"""

from __future__ import annotations

import contextlib
import html
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from local.errors import StackError
from local.migrations import PROJECT
from local.stack import Stack

DEMO = PROJECT / ".local" / "demo"
PICTURES = PROJECT / "docs" / "pictures"

# Width and height of each page, in pixels as CSS counts them.
SIZES = {"digest": (660, 880), "report": (900, 1190), "dashboard": (1200, 900)}
# Few colours are enough for text on a page, and keep a picture under 150 KB.
COLOURS = 64
LONGEST_START = 60


def main() -> int:
    """Make the pictures; return the exit code."""
    stack = Stack(DEMO, worker=True, report=lambda line: print(f"  {line}", flush=True))
    PICTURES.mkdir(exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="captpf-") as folder:
            browser = _browser()
            pages = {
                "digest": _digest(Path(folder)),
                "report": (DEMO / "reports" / "executives.html").as_uri(),
                "dashboard": stack.up()["DASHBOARD_URL"] + "/people",
            }
            for name, address in pages.items():
                _photograph(browser, address, PICTURES / f"{name}.png", SIZES[name])
    except StackError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    finally:
        with contextlib.suppress(StackError):
            stack.down()
    return 0


def _browser() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise StackError("there is no Chromium", hint="install it: local/setup.sh stack test")


def _digest(folder: Path) -> str:
    """Return the address of the first digest that was mailed, taken out of the bot's record of it."""
    for record in sorted((DEMO / "control-room" / "messages").glob("*.html")):
        text = record.read_text()
        if "(1 of " in text and (mail := re.search(r'srcdoc="([^"]*)"', text)):
            page = folder / "digest.html"
            page.write_text(html.unescape(mail[1]))
            return page.as_uri()
    raise StackError("the demonstration has left no digest", hint="run it first: make demo")


def _photograph(browser: str, address: str, picture: Path, size: tuple[int, int]) -> None:
    """Photograph the top of a page into a small PNG."""
    width, height = size
    with tempfile.TemporaryDirectory(prefix="captpf-") as folder:
        taken = Path(folder) / "page.png"
        program = (
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
            f"--window-size={width},{height}",
            "--virtual-time-budget=5000",
            f"--screenshot={taken}",
            address,
        )
        answer = subprocess.run(program, capture_output=True, text=True, check=False, timeout=LONGEST_START)
        if not taken.exists():
            raise StackError(f"Chromium took no picture of {address}: {answer.stderr.strip()[-300:]}")
        with Image.open(taken) as page:
            page.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)
    print(f"Wrote {picture.relative_to(PROJECT)}, {picture.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main())
