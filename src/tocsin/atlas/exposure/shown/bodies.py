"""Exposed bodies, their files and the population grids as pages and programs tell them."""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.atlas.exposure.models import BodyFigures, ExposedBody, PopulationGrid
from tocsin.atlas.exposure.policy import Kind, exposure_policy
from tocsin.atlas.exposure.rules import Origin, Slot, people_inside

MONTH: Final = timedelta(days=30.44)
SLOT_NAMES: Final[dict[Slot, Promise]] = {
    Slot.DAY: pgettext_lazy("people are counted", "by day"),
    Slot.NIGHT: pgettext_lazy("people are counted", "by night"),
    Slot.DAY_OFF: pgettext_lazy("people are counted", "on a day off"),
}
ORIGIN_NAMES: Final[dict[Origin, Promise]] = {
    Origin.COUNTED: pgettext_lazy("number of people", "counted"),
    Origin.RECKONED: pgettext_lazy("number of people", "reckoned from figures"),
    Origin.USUAL: pgettext_lazy("number of people", "usual for the kind"),
    Origin.PART: pgettext_lazy("number of people", "in the number of the whole"),
}


class FigureOut(Schema):
    """One figure of a body in the reader's words."""

    code: str
    name: str
    value: float
    unit: str


class RegisteredBodyOut(Schema):
    """One exposed body. People: how many are inside by day, by night and on a day off, and where that comes from."""

    id: UUID
    region_code: str
    code: str
    kind: str
    kind_name: str
    name: str
    address: str
    owner: str
    contact: str
    telephone: str
    lon: float
    lat: float
    shape: dict[str, Any] | None
    people_day: int
    people_night: int
    people_day_off: int
    origin: Origin
    origin_name: str
    figures: list[FigureOut]
    within: str
    source: str
    figures_on: date
    is_old: bool
    active: bool
    changed_at: datetime
    changed_by: str


class BodyFiguresOut(Schema):
    """What was known of a body from a moment on."""

    at: datetime
    by: str
    people: list[int | None]
    figures: list[FigureOut]
    source: str
    figures_on: date


class PopulationGridOut(Schema):
    """The people of a region by cell of three seconds of arc."""

    id: UUID
    region_code: str
    name: str
    source: str
    figures_on: date
    is_old: bool
    at: datetime
    by: str
    cells: int
    people_day: int
    people_night: int
    people_day_off: int
    in_force: bool
    resource_id: UUID | None = Field(description="the data resource by whose delivery it came")


def map_texts() -> dict[str, str]:
    """What the maps of the pages say."""
    return {
        "map_failed": gettext("The map can't be shown just now; the table says the same."),
        "map_zoom": gettext("Hold Ctrl (⌘) and scroll to zoom the map"),
        "map_move": gettext("Move the map with two fingers"),
        "no_place": gettext("This device does not tell where it is: tap the map, or type the place."),
    }


def is_old(day: date, today: date) -> bool:
    """Whether figures of that day are marked wherever they are used."""
    return today - day > exposure_policy().old_after_months * MONTH


def kind_name(code: str) -> str:
    """A kind in the reader's language; its code where the policy knows it no longer."""
    kind = exposure_policy().by_code.get(code)
    return kind.words if kind else code


def describe_body(one: ExposedBody, now: datetime) -> RegisteredBodyOut:
    """One body; what it is a part of and who changed it are loaded."""
    kind = exposure_policy().by_code.get(one.kind)
    inside = {each.code: each.inside for each in kind.attributes} if kind else {}
    counted = (one.people_day, one.people_night, one.people_day_off)
    part = one.within is not None and one.within.active
    people, origin = people_inside(counted, one.figures, inside, kind.usual if kind else (0, 0, 0), part=part)
    day, night, day_off = (round(each) for each in people)
    return RegisteredBodyOut(
        id=one.pk,
        region_code=one.region_code,
        code=one.code,
        kind=one.kind,
        kind_name=kind.words if kind else one.kind,
        name=one.name,
        address=one.address,
        owner=one.owner,
        contact=one.contact,
        telephone=one.telephone,
        lon=one.lon,
        lat=one.lat,
        shape=one.shape,
        people_day=day,
        people_night=night,
        people_day_off=day_off,
        origin=origin,
        origin_name=str(ORIGIN_NAMES[origin]),
        figures=_figures(kind, one.figures),
        within=one.within.name if one.within else "",
        source=one.source,
        figures_on=one.figures_on,
        is_old=is_old(one.figures_on, timezone.localdate(now)),
        active=one.active,
        changed_at=one.changed_at,
        changed_by=str(one.changed_by),
    )


def describe_line(one: BodyFigures, kind_code: str) -> BodyFiguresOut:
    """One line of a body's history; who wrote it is loaded."""
    kind = exposure_policy().by_code.get(kind_code)
    return BodyFiguresOut(
        at=one.at,
        by=str(one.by),
        people=[one.people_day, one.people_night, one.people_day_off],
        figures=_figures(kind, one.figures),
        source=one.source,
        figures_on=one.figures_on,
    )


def describe_grid(one: PopulationGrid, now: datetime) -> PopulationGridOut:
    """One grid; who gave it is loaded."""
    return PopulationGridOut(
        id=one.pk,
        region_code=one.region_code,
        name=one.name or gettext("made from bodies"),
        source=one.source,
        figures_on=one.figures_on,
        is_old=is_old(one.figures_on, timezone.localdate(now)),
        at=one.at,
        by=str(one.by),
        cells=one.cells,
        people_day=round(one.people_day),
        people_night=round(one.people_night),
        people_day_off=round(one.people_day_off),
        in_force=one.in_force,
        resource_id=one.delivery.resource_id if one.delivery else None,
    )


def _figures(kind: Kind | None, figures: dict[str, float]) -> list[FigureOut]:
    known = {one.code: one for one in kind.attributes} if kind else {}
    order = [*known, *(name for name in figures if name not in known)]
    return [
        FigureOut(
            code=name,
            name=known[name].words if name in known else name,
            value=figures[name],
            unit=known[name].unit if name in known else "",
        )
        for name in order
        if name in figures
    ]
