"""Runs the renderer's process for one report."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from captpathfinder.errors import TransientError
from captpathfinder.render.process import Material
from captpathfinder.telemetry.logs import get_logger

log = get_logger("renderer")

# The largest report takes some ten seconds; on a machine that is busy or small, many times that.
TIMEOUT = 300.0
# Of the worker's environment, what a process needs to find Python, fonts and its caches: no secrets.
_PASSED = (
    "PATH",
    "PYTHONPATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TMPDIR",
    "LD_LIBRARY_PATH",
)
_PASSED_PREFIXES = ("XDG_", "FONTCONFIG_", "DYLD_")


async def render_files(
    material: Material, folder: Path, *, seconds: float = TIMEOUT, needs_pdf: bool = True
) -> dict[str, Path]:
    """Make the HTML and the PDF in `folder`; returns their paths by form.

    Raises `TransientError` when the renderer failed, was killed, or took longer than `seconds`; unless
    `needs_pdf`, only when there is no HTML either. The process is killed when the caller is cancelled.
    """
    await asyncio.to_thread(material.write, folder)
    html, pdf = folder / "report.html", folder / "report.pdf"
    try:
        await _run(folder, seconds)
    except TransientError as error:
        if needs_pdf or not html.is_file():
            raise
        log.warning("the report is published without a PDF", reason=str(error))
        return {"html": html}
    for path in (html, pdf):
        if not path.is_file():
            raise TransientError("The renderer ended without having made the report.")
    return {"html": html, "pdf": pdf}


async def _run(folder: Path, seconds: float) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "captpathfinder.render.process",
        str(folder),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(os.environ),
        # Signals that a terminal sends to the worker are for the worker to act upon.
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds):
            _, said = await process.communicate()
    except TimeoutError:
        raise TransientError(f"Rendering the report took longer than {seconds:g} s.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    code = process.returncode or 0
    if code:
        lines = said.decode(errors="replace").splitlines()
        log.error("the renderer failed", code=code, traceback="\n".join(lines[-40:]))
        reason = f"killed by signal {-code}" if code < 0 else (lines or ["?"])[-1]
        raise TransientError(f"The report could not be rendered ({reason[:100]}).")


def _environment(whole: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in whole.items() if name in _PASSED or name.startswith(_PASSED_PREFIXES)
    }
