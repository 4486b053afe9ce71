"""The ground in words: what it is made of, and what of a file can't be read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from ninja import Schema

from tocsin.atlas.layers.queries.ground import GroundAbout
from tocsin.atlas.layers.rules.ground import PARTS
from tocsin.atlas.layers.services.ground_child import FaultTold
from tocsin.base.datums import Datum

PART_NAMES: Final[dict[str, Promise]] = {
    "sea": pgettext_lazy("part of the ground", "sea"),
    "water": pgettext_lazy("part of the ground", "water"),
    "wood": pgettext_lazy("part of the ground", "woods"),
    "park": pgettext_lazy("part of the ground", "parks"),
    "block": pgettext_lazy("part of the ground", "blocks"),
    "building": pgettext_lazy("part of the ground", "buildings"),
    "rail": pgettext_lazy("part of the ground", "rails"),
    "road": pgettext_lazy("part of the ground", "roads"),
    "place": pgettext_lazy("part of the ground", "names of places"),
}
DATUM_NAMES: Final[dict[Datum, Promise]] = {
    Datum.CGCS2000: pgettext_lazy("datum", "CGCS2000 or WGS 84"),
    Datum.GCJ02: pgettext_lazy("datum", "GCJ-02 (maps of the Internet)"),
    Datum.BD09: pgettext_lazy("datum", "BD-09 (Baidu)"),
}


class GroundPartOut(Schema):
    """How many features of a part there are; `kept`: they are those of the ground before."""

    part: str
    part_name: str
    features: int
    kept: bool


class GroundSourceOut(Schema):
    """A file that the ground was read from."""

    name: str
    sha256: str


class GroundOut(Schema):
    """The ground of the map: its version, when it was loaded and by whom, what it is made of, the datum of its files."""

    version: str
    at: datetime
    by: str
    features: int
    parts: list[GroundPartOut]
    files: list[GroundSourceOut]
    datum: str
    datum_name: str


class GroundFaultOut(Schema):
    """What can't be read: `row` counts from 1; 0 is the layer or the file itself."""

    file: str
    layer: str
    row: int
    text: str


def describe_ground(about: GroundAbout) -> GroundOut:
    """What the ground is, part by part in the order in which it is drawn."""
    return GroundOut(
        version=about.version,
        at=about.at,
        by=about.by,
        features=sum(about.parts.values()),
        parts=[
            GroundPartOut(part=one, part_name=str(PART_NAMES[one]), features=about.parts[one], kept=one in about.kept)
            for one in PARTS
            if one in about.parts
        ],
        files=[GroundSourceOut(name=name, sha256=digest) for name, digest in about.files.items()],
        datum=about.datum.value,
        datum_name=str(DATUM_NAMES[about.datum]),
    )


def describe_faults(faults: Sequence[FaultTold]) -> list[GroundFaultOut]:
    """Every row with what is wrong, in the reader's words."""
    return [
        GroundFaultOut(file=one.file, layer=one.layer, row=one.row, text=gettext(one.template) % one.figures) for one in faults
    ]
