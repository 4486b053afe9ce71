"""Walks and doors as people and programs read them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.mobilisation.public_warnings.shown.reach import DoorRoundOut
from tocsin.mobilisation.public_warnings.shown.reach import describe_rounds as as_rounds
from tocsin.mobilisation.rounds.models import Door, DoorEntry, Walk
from tocsin.mobilisation.rounds.queries.walks import Progress, progress_of
from tocsin.mobilisation.rounds.rules.doors import DoorAct, DoorVerdict

if TYPE_CHECKING:
    from tocsin.mobilisation.public_warnings.models import DoorRound

ACT_NAMES: Final[dict[DoorAct, Promise]] = {
    DoorAct.TOLD: pgettext_lazy("result at a door", "told"),
    DoorAct.NOBODY: pgettext_lazy("result at a door", "nobody home"),
    DoorAct.REFUSED: pgettext_lazy("result at a door", "will not listen"),
    DoorAct.HELP: pgettext_lazy("result at a door", "needs help"),
    DoorAct.VACANT: pgettext_lazy("result at a door", "empty, or no such door"),
    DoorAct.NOTE: pgettext_lazy("result at a door", "note"),
    DoorAct.FINISH: pgettext_lazy("result at a door", "all done here"),
}
CSS: Final = {DoorAct.TOLD: "good", DoorAct.HELP: "bad", DoorAct.NOBODY: "warn", DoorAct.REFUSED: "warn"}
VERDICT_WORDS: Final = {
    DoorVerdict.BEHIND: gettext_lazy("a later result of this door was known already"),
    DoorVerdict.BESIDE: gettext_lazy("somebody else was at this door too: the desk sees both results"),
}


class DoorOut(Schema):
    """A door with the result that holds."""

    id: UUID
    place: str
    result: str
    result_name: str
    people: int
    words: str
    at: datetime | None
    walker: str = Field(description="whose entry holds; whose door it is where nobody was there yet")
    conflict: bool = Field(description="two people entered different results, and nobody has settled it")
    entries: list[str] = Field(description="of a conflict: each result with who entered it")
    help_open: bool
    case_wanted: bool
    case_number: str
    need_number: str
    version: int

    @property
    def css(self) -> str:
        """How a page marks the result."""
        return CSS.get(DoorAct(self.result), "") if self.result else ""


class WalkOut(Schema):
    """One person's share of a silent town."""

    id: UUID
    walker: str
    organisation: str
    stretch: str
    given_at: datetime
    finished_at: datetime | None
    taken_back_at: datetime | None
    doors: int
    knocked: int

    @property
    def running(self) -> bool:
        """Whether somebody is still out for it."""
        return self.finished_at is None and self.taken_back_at is None


class RoundDoorsOut(DoorRoundOut):
    """A silent town with who walks there and what came of each door."""

    listed: int
    knocked: int
    reached: int = Field(description="people told in person so far")
    conflicts: int
    helps: int = Field(description="doors behind which somebody needs help and nobody has dealt with it")
    walks: list[WalkOut]
    door_list: list[DoorOut] = Field(description="help and conflicts first, then those where nobody was yet; at most 500")

    @property
    def percent(self) -> int:
        """Doors knocked at of those listed."""
        return round(100 * self.knocked / self.listed) if self.listed else 0


MOST_SHOWN: Final = 500


def describe_rounds(rows: "list[DoorRound]") -> list[RoundDoorsOut]:
    """Silent towns whole; their people are loaded."""
    progress = progress_of(rows)
    walks: dict[UUID, list[Walk]] = {row.pk: [] for row in rows}
    for walk in Walk.objects.filter(round__in=rows).select_related("walker", "organisation"):
        walks[walk.round_id].append(walk)
    doors: dict[UUID, list[Door]] = {row.pk: [] for row in rows}
    found = Door.objects.filter(round__in=rows).select_related("walk__walker", "result_walk__walker")
    for door in found:
        doors[door.round_id].append(door)
    entries = _entries_of_conflicts(rows)
    pairs = zip(rows, as_rounds(rows), strict=True)
    return [_describe(told, progress[row.pk], walks[row.pk], doors[row.pk], entries) for row, told in pairs]


def _describe(
    told: DoorRoundOut, progress: Progress, walks: list[Walk], doors: list[Door], entries: dict[UUID, list[str]]
) -> RoundDoorsOut:
    shown = sorted(doors, key=_urgency)[:MOST_SHOWN]
    return RoundDoorsOut(
        **told.model_dump(),
        listed=progress.listed,
        knocked=progress.knocked,
        reached=progress.people,
        conflicts=progress.conflicts,
        helps=progress.helps,
        walks=[_walk(one, doors) for one in walks],
        door_list=[describe_door(one, entries.get(one.pk, [])) for one in shown],
    )


def _urgency(door: Door) -> tuple[int, str]:
    helps = door.help_at is not None and door.helped_at is None
    rank = 0 if helps else 1 if door.conflict else 2 if not door.result else 3 if door.result == DoorAct.NOBODY else 4
    return rank, door.key


def describe_door(door: Door, entries: Iterable[str] = ()) -> DoorOut:
    """One of them; its walks are loaded."""
    walk = door.result_walk or door.walk
    return DoorOut(
        id=door.pk,
        place=door.place,
        result=door.result,
        result_name=str(ACT_NAMES[DoorAct(door.result)]) if door.result else "",
        people=door.people,
        words=door.words,
        at=door.at,
        walker=str(walk.walker) if walk else "",
        conflict=door.conflict,
        entries=list(entries),
        help_open=door.help_at is not None and door.helped_at is None,
        case_wanted=door.case_wanted_at is not None,
        case_number=door.case_number,
        need_number=door.need_number,
        version=door.version,
    )


def _walk(walk: Walk, doors: list[Door]) -> WalkOut:
    own = [one for one in doors if walk.pk in (one.walk_id, one.result_walk_id)]
    return WalkOut(
        id=walk.pk,
        walker=str(walk.walker),
        organisation=str(walk.organisation or ""),
        stretch=walk.stretch,
        given_at=walk.given_at,
        finished_at=walk.finished_at,
        taken_back_at=walk.taken_back_at,
        doors=len(own),
        knocked=sum(1 for one in own if one.result),
    )


def _entries_of_conflicts(rows: "list[DoorRound]") -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    entries = DoorEntry.objects.filter(door__round__in=rows, door__conflict=True).select_related("walk__walker")
    for one in entries.order_by("at", "id"):
        assert one.door_id is not None  # noqa: S101 - filtered by its door
        found.setdefault(one.door_id, []).append(f"{one.walk.walker}: {ACT_NAMES[DoorAct(one.act)]}")
    return found


def conflict_of(entry: DoorEntry) -> str:
    """Why an entry is not what holds; empty where it is."""
    return str(VERDICT_WORDS.get(DoorVerdict(entry.verdict), ""))
