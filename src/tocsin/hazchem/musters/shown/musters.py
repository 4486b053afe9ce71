"""Musters with everybody in them, for pages and programs."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Field, Schema

from tocsin.engine.positioning.musters import MusterStanding, count_standings
from tocsin.hazchem.musters.queries.musters import roll_of
from tocsin.hazchem.musters.shown.words import STANDING_COLOURS, STANDING_NAMES
from tocsin.hazchem.positions.rules.tags import TagKind
from tocsin.hazchem.positions.shown.words import KIND_NAMES
from tocsin.screens.shapes import OnPages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.hazchem.musters.models import PlantMuster
    from tocsin.hazchem.musters.queries.musters import Found


class MusterPersonOut(Schema):
    """Somebody of a muster."""

    id: UUID
    tag_id: UUID | None
    name: str
    kind: TagKind
    kind_name: str
    employer: str
    by_hand: bool = Field(description="added without a tag")
    standing: MusterStanding
    standing_name: str
    place: str = Field(description="the muster point, where a person has seen them, or the last zones")
    heard_at: datetime | None = Field(description="when the tag was heard last")
    lon: float | None
    lat: float | None
    ticked_at: datetime | None
    ticked_by: str
    css: OnPages[str]


class PlantMusterOut(Schema):
    """A muster and how many stand how."""

    id: UUID
    object_id: UUID
    firm: str
    drill: bool
    reason: str
    begun_at: datetime
    begun_by: str
    by_command: bool
    ended_at: datetime | None
    ended_by: str
    note: str
    people: int
    missing: int
    at_point: int
    out: int
    seen: int


class WholeMusterOut(Schema):
    """A muster with everybody in it, who is missing first."""

    muster: PlantMusterOut
    roll: list[MusterPersonOut]


def describe_muster(muster: "PlantMuster", roll: "Sequence[Found] | None" = None) -> PlantMusterOut:
    """One muster; its firm and who began and ended it are loaded."""
    counts = count_standings(one.standing for one in (roll_of(muster) if roll is None else roll))
    return PlantMusterOut(
        id=muster.pk,
        object_id=muster.object_id,
        firm=muster.object.name,
        drill=muster.drill,
        reason=muster.reason,
        begun_at=muster.begun_at,
        begun_by=str(muster.begun_by),
        by_command=muster.by_command,
        ended_at=muster.ended_at,
        ended_by=str(muster.ended_by or ""),
        note=muster.note,
        people=sum(counts.values()),
        **{one.value: count for one, count in counts.items()},
    )


def describe_person(found: "Found") -> MusterPersonOut:
    """Somebody of a muster."""
    person = found.person
    return MusterPersonOut(
        id=person.pk,
        tag_id=person.tag_id,
        name=person.name,
        kind=TagKind(person.kind),
        kind_name=str(KIND_NAMES[person.kind]),
        employer=person.employer,
        by_hand=person.by_hand,
        standing=found.standing,
        standing_name=str(STANDING_NAMES[found.standing]),
        place=found.place,
        heard_at=found.heard_at,
        lon=found.lon,
        lat=found.lat,
        ticked_at=person.ticked_at,
        ticked_by=str(person.ticked_by or ""),
        css=STANDING_COLOURS[found.standing],
    )


def whole_muster(muster: "PlantMuster") -> WholeMusterOut:
    """A muster with everybody in it."""
    roll = roll_of(muster)
    return WholeMusterOut(muster=describe_muster(muster, roll), roll=[describe_person(one) for one in roll])
