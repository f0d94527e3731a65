"""The templates' environment: HTML is escaped, and a misspelt name is an error, not an empty text."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from captpathfinder.render import escape, words


@cache
def environment() -> Environment:
    """The environment of `render/templates`. `.j2` of HTML are escaped, `.txt.j2` and `.md.j2` are not."""
    made = Environment(
        loader=PackageLoader("captpathfinder", "render/templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2", "css.j2"), default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    made.filters |= {
        "line": escape.shown,
        "name": words.name_of,
        "md": escape.markdown,
        "md_link": escape.markdown_link,
        "css_string": escape.css_string,
        "day": words.day,
        "short_day": words.short_day,
        "minute": words.minute,
        "people": words.people,
        "signed": words.signed,
    }
    return made


def render(template: str, **values: object) -> str:
    """Render a template of `render/templates`."""
    return environment().get_template(template).render(**values)
