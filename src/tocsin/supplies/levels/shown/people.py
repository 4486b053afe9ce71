"""From where a number of people is, in words."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Field, Schema

from tocsin.atlas.exposure.rules import Slot
from tocsin.atlas.face import SLOT_NAMES
from tocsin.screens.words import listed
from tocsin.supplies.levels.queries.exposed import kept_basis
from tocsin.supplies.levels.rules.people import PeopleBasis, PeopleFrom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tocsin.supplies.levels.models import PeopleAtRisk
    from tocsin.supplies.levels.queries.exposed import PartOfRegion

FROM_NAMES: Final[dict[PeopleFrom, Promise]] = {
    PeopleFrom.WITHIN: gettext_lazy("within %(metres)s m of the place"),
    PeopleFrom.WARNING: gettext_lazy("in the area of the public warning %(label)s"),
    PeopleFrom.CLOSING: gettext_lazy("without service if it is closed off for %(label)s"),
    PeopleFrom.REGION: gettext_lazy("in the whole region %(label)s"),
    PeopleFrom.PARTS: gettext_lazy("in %(label)s"),
    PeopleFrom.RELEASE: gettext_lazy("in the area that the release may reach: %(label)s"),
}


class ProposedPeopleOut(Schema):
    """How many people are proposed, and from where."""

    key: str = Field(description="what `people_from` names")
    people: int
    words: str
    reckoning: str = Field(description="bodies, population grid, days of the figures, and when it was asked")


def area_words(basis: PeopleBasis) -> str:
    """Which people: where, and at what time of day."""
    where = FROM_NAMES[basis.source] % {"metres": f"{basis.metres:,.0f}", "label": basis.label}
    return listed(where, *([str(SLOT_NAMES[Slot[basis.slot.upper()]])] if basis.slot else []))


def reckoning_words(basis: PeopleBasis) -> str:
    """How they were counted, how old the figures are, and when it was asked."""
    told = []
    if basis.slot:
        counts = {"bodies": f"{basis.from_bodies:,}", "grid": f"{basis.from_grid:,}"}
        told.append(_("%(bodies)s in registered bodies, %(grid)s by the population grid") % counts)
    days = [date_format(day, "Y-m-d") for day in dict.fromkeys((basis.oldest, basis.newest)) if day is not None]
    if days:
        told.append(_("figures of %(days)s") % {"days": " – ".join(days)})
    told.append(_("asked %(at)s") % {"at": date_format(timezone.localtime(basis.at), "Y-m-d H:i")})
    return listed(*told)


def describe_proposed(key: str, basis: PeopleBasis) -> ProposedPeopleOut:
    """A proposal as a form and a program read it."""
    return ProposedPeopleOut(key=key, people=basis.count, words=area_words(basis), reckoning=reckoning_words(basis))


class PeopleOfPartOut(Schema):
    """A town of a county, or a county of a city, with everybody in it at the fullest time of a day."""

    code: str
    name: str
    people: int | None = Field(description="null: nobody knows")
    reckoning: str


def describe_part(one: "PartOfRegion") -> PeopleOfPartOut:
    """A part as a form and a program read it."""
    reckoning = listed(area_words(one.basis), reckoning_words(one.basis)) if one.basis else ""
    return PeopleOfPartOut(code=one.code, name=one.name, people=one.basis.count if one.basis else None, reckoning=reckoning)


class PeopleAtRiskOut(Schema):
    """How many people of a region one kind of disaster threatens, and from where the figure is."""

    region_code: str
    hazard: str
    hazard_name: str
    people: int
    source: str
    reckoned: int | None = Field(description="what the register of exposed bodies said when it was entered")
    reckoning: str
    at: datetime
    by: str


def describe_people(one: "PeopleAtRisk", hazards: "Mapping[str, str]") -> PeopleAtRiskOut:
    """As it was entered; `hazards`: names by code."""
    basis = kept_basis(one.basis)
    return PeopleAtRiskOut(
        region_code=one.region_code,
        hazard=one.hazard,
        hazard_name=hazards.get(one.hazard, one.hazard),
        people=one.people,
        source=one.source,
        reckoned=basis.count if basis else None,
        reckoning=listed(area_words(basis), reckoning_words(basis)) if basis else "",
        at=one.at,
        by=str(one.by),
    )
