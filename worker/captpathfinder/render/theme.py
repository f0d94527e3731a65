"""The colours of the report, light and dark; the style sheet and the charts take them from here.

Text on `paper` and `panel` keeps a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3), the shades of charts one of 3 to 1
(1.4.11); the tests compute it.
"""

from __future__ import annotations

LIGHT = {
    "paper": "#ffffff",
    "panel": "#f5f7fa",
    "line": "#d8dde5",
    "ink": "#18202c",
    "soft": "#556071",
    "strong": "#1c4a86",
    "mild": "#5f8dc5",
    "muted": "#838d9b",
}
DARK = {
    "paper": "#12161c",
    "panel": "#1a2028",
    "line": "#343d4a",
    "ink": "#e9edf3",
    "soft": "#a6b1c2",
    "strong": "#8fbaf3",
    "mild": "#5580b8",
    "muted": "#7d8898",
}


def variables(colours: dict[str, str]) -> str:
    """The colours as CSS custom properties: `--ink: #18202c; …`."""
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())
