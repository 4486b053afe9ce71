"""Signs of things on a printed map: the outlines and glyphs of the screen (web/src/map/signs.ts); a test compares them."""

from typing import Final
from xml.etree import ElementTree as Svg

from tocsin.atlas.pictures.papers.look import GROUND, TOKENS

SIGNS: Final[dict[str, tuple[str, str]]] = {
    "case": ("M-11.5 11.5V-8Q-11.5-11.5-8-11.5H8Q11.5-11.5 11.5-8V4Q11.5 7.5 8 7.5H-7Z", "M-4-4H4M-4 0H4M-4 4H1"),
    "crew": ("M-11.5 11.5L-8.6 2A9.6 9.6 0 1 1-3 7.2Z", "M-5.5 2.5V-4H1V2.5ZM1-1.5H3.6L5.5.5V2.5H1M-4 4.4H-2M2 4.4H4"),
    "body": (
        "M-11.5 11.5L-9.5 1V-4L0-11.5L9.5-4V7.5H-5Z",
        "M0-3.4A1.7 1.7 0 1 0 .1-3.4ZM-3.6 4.2C-3.6 1.6-2 .6 0 .6S3.6 1.6 3.6 4.2Z",
    ),
    "store": (
        "M-11.5 11.5L-8.5 3L-10.8-2L-5.4-11.5H5.4L10.8-2L5.4 7.5H-5Z",
        "M-4.5-3.5H4.5V4H-4.5ZM-4.5-.8H4.5M-1.2 1.4H1.2",
    ),
    "firm": (
        "M-11.5 11.5L-10 2V-11.5H-5.5V-5L-.5-9V-5L4.5-9V-5L10-9V7.5H-6Z",
        "M-5.5 4V0M-2 4V0M1.5 4V0M5 4V0",
    ),
    "helpers": (
        "M-11.5 11.5L-7 4Q-9.5 1-9.5-4V-9.5Q-5-9.5 0-11.5Q5-9.5 9.5-9.5V-4Q9.5 4 0 8Q-2 7.4-3.4 6.6Z",
        "M0 4C-6-.5-5.5-5-2.8-5C-1-5 0-3.6 0-2.8C0-3.6 1-5 2.8-5C5.5-5 6-.5 0 4Z",
    ),
    "works": (
        "M-11.5 11.5L-9 2L-11.5-8.5H8.5L11.5-2L8.5 5.5H-5Z",
        "M-6-4H6V0H-6ZM-3-4L-5 0M1-4L-1 0M5-4L3 0M-4 0V3.5M4 0V3.5",
    ),
}
LEVELS: Final = ("red", "orange", "yellow", "blue")


def edge_of(level: str) -> str:
    """The colour of a sign's outline; of the sign alone where the level is empty."""
    if not level:
        return TOKENS["text-muted"]
    return TOKENS[level] if level in (*LEVELS, "good") else TOKENS["text-faint"]


def add_sign(group: Svg.Element, sign: str, level: str) -> None:
    """The plate of a sign into a group that stands where the plate's middle is; the level's own shape is drawn beside it."""
    outline, glyph = SIGNS[sign]
    dash = {"stroke-dasharray": "3 2"} if level == "unknown" else {}
    edge = {"fill": GROUND["halo"], "stroke": edge_of(level), "stroke-width": "1.8", "stroke-linejoin": "round"}
    Svg.SubElement(group, "path", {"d": outline, **edge, **dash})
    drawn = {"fill": "none", "stroke": TOKENS["text"], "stroke-width": "1.5", "stroke-linecap": "round"}
    Svg.SubElement(group, "path", {"d": glyph, "transform": "translate(0 -2) scale(0.95)", **drawn})
