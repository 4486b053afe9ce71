"""The ground in words: what it is made of, and what of a file can't be read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from ninja import Schema

from tocsin.atlas.layers.queries.ground import GroundAbout
from tocsin.atlas.layers.rules.ground import PARTS
from tocsin.atlas.layers.rules.ground_tables import FaultCode, GroundFault
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


FAULTS: Final[dict[FaultCode, str]] = {
    FaultCode.NO_PART: gettext_noop(
        "nothing says which part of the ground this is: name the layer or the file after it (%(known)s), or add a column “part”"
    ),
    FaultCode.UNKNOWN_PART: gettext_noop("the part %(part)s is unknown; known are %(known)s"),
    FaultCode.UNKNOWN_KIND: gettext_noop(
        "the kind %(kind)s of a %(part)s is unknown; known are %(known)s, and the words in the policy of the map"
    ),
    FaultCode.NO_SHAPES: gettext_noop("the layer has no geometry"),
    FaultCode.NO_SHAPE: gettext_noop("no geometry that can be read"),
    FaultCode.OTHER_SHAPE: gettext_noop("a %(shape)s; a %(part)s is a %(wanted)s"),
    FaultCode.OUTSIDE: gettext_noop("lies outside the earth in degrees: does the file lack its projection (.prj)?"),
    FaultCode.TOO_MANY: gettext_noop("%(count)s features are more than the %(most)s that the ground holds"),
    FaultCode.TOO_HEAVY: gettext_noop("they can't be read within the memory and time that files may take: give fewer at once"),
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


def describe_faults(faults: Sequence[GroundFault]) -> list[GroundFaultOut]:
    """Every row with what is wrong, in the reader's words."""
    return [GroundFaultOut(file=one.file, layer=one.layer, row=one.row, text=_words(one)) for one in faults]


def _words(one: GroundFault) -> str:
    template = str(one.figures.get("template", "")) if one.code is FaultCode.REFUSED else FAULTS[one.code]
    return gettext(template) % one.figures
