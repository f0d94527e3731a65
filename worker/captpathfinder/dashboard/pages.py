"""Renders pages: the templates' environment, and what every page has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context as TemplateContext
from markupsafe import Markup

from captpathfinder import __version__, codes
from captpathfinder.dashboard import wording
from captpathfinder.dashboard.levels import Levels
from captpathfinder.render import escape, words

# The pages, in the order of the navigation.
SECTIONS = {
    "/": "Overview",
    "/people": "People",
    "/accounts": "Accounts",
    "/queue": "Queue",
    "/deliveries": "Deliveries",
    "/rules": "Rules",
    "/feedback": "Feedback",
    "/numbers": "Numbers",
    "/audit": "Audit",
}
# Where pages belong that do not begin with the address of one of these.
_BELONGS_TO = {
    "/changes": "/people",
    "/person": "/people",
    "/job": "/queue",
    "/digests": "/deliveries",
    "/reports": "/deliveries",
}

# What is served as it is, by its media type. Every other file of `static` is a licence.
STATIC_FILES = {
    "style.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "idiomorph.js": "text/javascript; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
}


@cache
def static_file(name: str) -> bytes:
    """A file of `dashboard/static`."""
    return files("captpathfinder.dashboard").joinpath("static", name).read_bytes()


@cache
def static_address(name: str) -> str:
    """Where a file is. It changes with the file, so that browsers may keep it."""
    return f"/{name}?{sha256(static_file(name)).hexdigest()[:12]}"


@dataclass(frozen=True)
class Notice:
    """What became of what was asked for; `level` is `done` or `problem`."""

    level: str
    text: str


@dataclass(frozen=True)
class Frame:
    """What every page has: where it is, what its forms bring along, and what there is to tell."""

    path: str
    form_token: str
    time_zone: str
    now: datetime
    can_log_out: bool
    levels: Levels
    is_inside: bool = True
    message: Notice | None = None
    who: str = ""
    may_edit: bool = True

    @property
    def section(self) -> str:
        """The page of the navigation that this one belongs to."""
        # A download is of the page whose name it begins with.
        first = f"/{self.path.split('/')[1].partition('.')[0]}"
        return _BELONGS_TO.get(first, first)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("captpathfinder.dashboard", "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "line": escape.one_line,
        "number": wording.number,
        "when": _when,
        "date": _date,
        "ago": _ago,
        "span": _span,
        "month": codes.month,
        "plain": wording.plain,
        "lower_first": codes.lower_first,
        "duration": wording.duration,
    }
    made.globals |= {
        "SECTIONS": SECTIONS,
        "VERSION": __version__,
        "KINDS": wording.KINDS,
        "JOBS": codes.JOBS,
        "TRANSPORTS": codes.TRANSPORTS,
        "SCOPES": wording.SCOPES,
        "HEALTH": wording.HEALTH,
        "OUTCOMES": codes.OUTCOMES,
        "STATES": codes.STATES,
        "ATTEMPTS": codes.ATTEMPTS,
        "SUBJECTS": wording.SUBJECTS,
        "ACTIONS": wording.ACTIONS,
        "act_link": _act_link,
        "named": codes.named,
        "count": words.count,
        "static_address": static_address,
    }
    return made


def render(template: str, frame: Frame, values: Mapping[str, Any] | None = None) -> str:
    """A page as HTML. Everything is escaped; a misspelt name is an error."""
    return _environment().get_template(template).render(frame=frame, **dict(values or {}))


def _act_link(action: str, *, job: int | None = None, error: str | None = None) -> str:
    chosen = {"job": str(job)} if job else {"error": error or ""}
    return f"/queue/act?{urlencode({'action': action, **chosen})}"


def _time(value: datetime, text: str) -> Markup:
    machine = value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}">{}</time>').format(machine, text)


@pass_context
def _when(context: TemplateContext, value: datetime | None) -> str:
    return _time(value, wording.moment(value, context["frame"].time_zone)) if value else ""


@pass_context
def _date(context: TemplateContext, value: datetime | None) -> str:
    return _time(value, wording.day(value, context["frame"].time_zone)) if value else ""


@pass_context
def _ago(context: TemplateContext, value: datetime | None) -> str:
    words = wording.ago(value, context["frame"].now)
    return _time(value, words) if value else words


@pass_context
def _span(context: TemplateContext, start: datetime, end: datetime) -> str:
    return wording.span(start, end, context["frame"].time_zone)
