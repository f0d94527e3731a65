"""A page that stands by itself: its one style sheet is in it, so that its server can let in no other."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from captpathfinder.render import theme
from captpathfinder.render.templating import render


@dataclass(frozen=True)
class Page:
    """The page, and what stands between its `<style>` and `</style>`."""

    html: str
    style: str


def page(template: str, **values: object) -> Page:
    """Render a template that shows `style`."""
    style = render(
        "page.css.j2",
        light=theme.variables(theme.LIGHT),
        dark=theme.variables(theme.DARK),
        colours=list(theme.LIGHT),
        soft=theme.LIGHT["soft"],
        summary={"name": "CaptPathfinder", "revision": 1},
    )
    return Page(render(template, style=Markup(style), **values), style)  # noqa: S704  (our own template)
