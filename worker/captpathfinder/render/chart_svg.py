"""Makes the SVG of a Matplotlib figure part of a page.

Colours become classes, so that the page's style sheet gives them for light and dark, with the light ones as
attributes for who does not read it (WeasyPrint does not apply a page's style sheet inside an SVG). Text stays
text: it can be searched, and is drawn in the reader's own fonts.
"""

from __future__ import annotations

from xml.etree import ElementTree

from captpathfinder.render.theme import LIGHT

SVG = "{http://www.w3.org/2000/svg}"
FONTS = "'Segoe UI', 'Noto Sans', 'Helvetica Neue', sans-serif"
_NAMES = {colour: name for name, colour in LIGHT.items()}
# What a drawn shape may keep of its style; the rest is Matplotlib's defaults.
_KEPT = ("font-size", "font-weight", "text-anchor", "stroke-width", "stroke-linecap")


def inline_svg(source: bytes, name: str, title: str, description: str) -> str:
    """The figure as an `<svg>` to be put into HTML; `name` is unique in the page and goes into its ids."""
    # What Matplotlib wrote, not what a member sent: no entities are in it.
    drawn = ElementTree.fromstring(source)  # noqa: S314
    chart = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": drawn.attrib["viewBox"],
            "class": "chart",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-description",
            "font-family": FONTS,
        },
    )
    for tag, text in (("title", title), ("desc", description)):
        part = ElementTree.SubElement(
            chart, tag, {"id": f"{name}-{'title' if tag == 'title' else 'description'}"}
        )
        part.text = text
    for element in drawn.iter():
        if element.tag in (f"{SVG}path", f"{SVG}text"):
            chart.append(_clean(element))
    return ElementTree.tostring(chart, encoding="unicode")


def _clean(element: ElementTree.Element) -> ElementTree.Element:
    tag = element.tag.removeprefix(SVG)
    style: dict[str, str] = {}
    for declaration in element.get("style", "").split(";"):
        key, _, value = declaration.partition(":")
        style[key.strip()] = value.strip()
    clean = ElementTree.Element(
        tag, {key: value for key, value in element.attrib.items() if key in ("d", "x", "y")}
    )
    if "d" in clean.attrib:
        clean.set("d", " ".join(clean.attrib["d"].split()))
    classes = []
    for use in ("fill", "stroke"):
        colour = style.get(use)
        if colour in _NAMES:
            classes.append(f"{use}-{_NAMES[colour]}")
        if colour is not None:
            clean.set(use, colour)
    if classes:
        clean.set("class", " ".join(classes))
    for key in _KEPT:
        if key in style:
            clean.set(key, style[key])
    clean.text = element.text
    return clean
