"""Structured logs: one line an event, for people (`console`) or machines (`json`), on standard error.

An event is a short fixed sentence; what varies is in its fields (`job`, `channel`, `attempt`, `seconds`).
A field that could hold a secret or personal data is redacted here, in one place, whoever logs it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any, Literal

import structlog

from captpathfinder.telemetry.redaction import Redactor

Processor = Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]

# These libraries log whole frames and URLs. Their warnings are kept, without their text: see _QuietLibrary.
_LIBRARIES = ("realtime", "websockets", "httpx", "httpcore", "uvicorn", "asyncio", "fontTools", "weasyprint")


def configure(level: str, form: Literal["console", "json"], secrets: Iterable[str] = ()) -> None:
    """Set logging up for this process. `secrets` are the values that must never appear."""
    redactor = Redactor(secrets)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[Any]
    if form == "json":
        renderer = [
            structlog.processors.format_exc_info,
            _redact(redactor),
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    else:
        renderer = [
            structlog.processors.format_exc_info,
            _redact(redactor),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=_standard_error,
        cache_logger_on_first_use=False,
    )
    _tame_libraries()


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a module; `name` becomes the field `source`."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(source=name)
    return logger


def _standard_error(*_args: object) -> structlog.PrintLogger:
    """Looked up for each line, so that whoever replaces standard error gets the lines from then on."""
    return structlog.PrintLogger(sys.stderr)


def _redact(redactor: Redactor) -> Processor:
    def processor(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        cleaned = redactor.value(dict(event))
        return cleaned if isinstance(cleaned, dict) else {}

    return processor


class _QuietLibrary(logging.Handler):
    """Says that a library complained, without its words: they may quote keys, rows and URLs.

    What the connections of Realtime complain about is for debugging: the listener says itself how it fares.
    Except that a change which the server may not show (no privilege, no primary key) is known from such a
    complaint only.
    """

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        logger = structlog.get_logger(source=record.name)
        if str(record.msg).startswith("Unrecognized message format"):
            logger.warning("realtime sent something unreadable; `captpathfinder doctor` tells more")
        elif record.name.split(".")[0] in ("realtime", "websockets"):
            logger.debug("the realtime library reports a problem", error=error)
        else:
            logger.warning("a library reports a problem", severity=record.levelname.lower(), error=error)


def _tame_libraries() -> None:
    for name in _LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers = [_QuietLibrary(logging.WARNING)]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
