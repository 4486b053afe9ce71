"""News of on-call rosters, told to the people concerned: a shift that comes, a swap that is asked or answered, holes ahead.

A function of events and rows: keys are of identities, so that an event that is read twice tells nothing twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tocsin.base.ids import deterministic_id
from tocsin.command.routing.rules import Why
from tocsin.jurisdiction import face as jurisdiction
from tocsin.jurisdiction import face as people_queries
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.directory import Directory
from tocsin.notices.messages.rules.fates import Purpose
from tocsin.notices.messages.services import Draft, names_of, supersede, write_all

if TYPE_CHECKING:
    from tocsin.bus.envelope import Event
    from tocsin.jurisdiction.face import Roster, Swap

SHIFT, ASKED, ANSWERED, HOLE = (
    "jurisdiction.ShiftComing",
    "jurisdiction.SwapAsked",
    "jurisdiction.SwapAnswered",
    "jurisdiction.RosterHoleAhead",
)
NAMES = (SHIFT, ASKED, ANSWERED, HOLE)
_LOOKED_BACK = timedelta(days=30)  # holes told before, by the events that told them


def tell_of_rosters(events: "Sequence[Event]", now: datetime) -> int:
    """Writes the notices that follow from these events, in their order; returns how many. Call it in a transaction."""
    rosters = jurisdiction.rosters_by_id(UUID(one.data["roster_id"]) for one in events if one.name in (SHIFT, HOLE))
    swaps = jurisdiction.swaps_by_id(UUID(one.data["swap_id"]) for one in events if one.name in (ASKED, ANSWERED))
    drafts = list(_shifts(events, rosters, now))
    for one in events:
        if one.name in (ASKED, ANSWERED) and (swap := swaps.get(UUID(one.data["swap_id"]))):
            drafts += _swap(one, swap, now)
    drafts += _holes(events, rosters, now)
    before = Notice.objects.filter(key__in=[draft.key for draft in drafts]).count()
    return len(write_all(drafts, Directory(now))) - before if drafts else 0


def _shifts(events: "Iterable[Event]", rosters: "dict[UUID, Roster]", now: datetime) -> Iterable[Draft]:
    wanted = [one for one in events if one.name == SHIFT]
    people = people_queries.people_by_id(UUID(one.data["person_id"]) for one in wanted)
    for one in wanted:
        roster, person = rosters.get(UUID(one.data["roster_id"])), people.get(UUID(one.data["person_id"]))
        begin = datetime.fromisoformat(one.data["starts_at"])
        if roster is None or person is None or begin <= now:
            continue
        yield Draft(
            Purpose.DUTY,
            Why.ROSTER,
            urgent=False,
            key=f"shift-{deterministic_id('shift', roster.pk, person.pk, begin.isoformat())}",
            person=person,
            figures={"duty": "shift", **_named(roster), "hours": [one.data["starts_at"], one.data["ends_at"]]},
            deadline=begin,
        )


def _swap(event: "Event", swap: "Swap", now: datetime) -> list[Draft]:
    """Asked: the colleague is told; answered: who asked; taken back: the colleague again. What is answered waits no more."""
    asked_key = f"swap-{swap.pk}"
    if event.name == ASKED:
        if swap.state != "asked" or swap.given_from <= now:
            return []
        return [_swap_draft(swap, "asked", asked_key, deadline=swap.given_from)]
    state = event.data["state"]
    waiting = Notice.objects.filter(key=asked_key, read_at__isnull=True)
    supersede(waiting, now=now)
    withdrawn = {"fate": Fate.SUPERSEDED.value}
    answered = {"fate": Fate.READ.value, "read_at": now}  # on the page of the same matter
    waiting.update(**withdrawn if state == "withdrawn" else answered)
    return [_swap_draft(swap, state, f"{asked_key}-{state}")]


def _swap_draft(swap: "Swap", news: str, key: str, deadline: datetime | None = None) -> Draft:
    to, other = (swap.asked_of, swap.asked_by) if news in ("asked", "withdrawn") else (swap.asked_by, swap.asked_of)
    taken = [one.isoformat() for one in (swap.taken_from, swap.taken_until) if one is not None]
    hours = [swap.given_from.isoformat(), swap.given_until.isoformat()]
    figures = {"duty": f"swap_{news}", **_named(swap.roster), "name": str(other), "hours": hours, "in_return": taken}
    return Draft(Purpose.DUTY, Why.ROSTER, False, key, person=to, figures=figures, deadline=deadline)


def _holes(events: "Iterable[Event]", rosters: "dict[UUID, Roster]", now: datetime) -> list[Draft]:
    """One notice for all holes of an organisation that are new, to each of its people who plan duty there, or to its desk."""
    by_body: dict[UUID, list[Event]] = {}
    for one in events:
        roster = rosters.get(UUID(one.data["roster_id"])) if one.name == HOLE else None
        if roster is not None and datetime.fromisoformat(one.data["ends_at"]) > now:
            by_body.setdefault(roster.organisation_id, []).append(one)
    drafts = []
    for body_id, found in by_body.items():
        known = _told_holes(body_id, now)
        new = {one.id: one for one in found if one.id not in known}
        if not new:
            continue
        holes = sorted(new.values(), key=lambda one: (one.data["starts_at"], one.data["roster_id"]))
        body = rosters[UUID(holes[0].data["roster_id"])].organisation
        figures = {
            "duty": "holes",
            "organisation": names_of(body),
            "body": str(body.pk),
            "events": sorted(new),
            "holes": [_hole(one, rosters[UUID(one.data["roster_id"])]) for one in holes],
        }
        name = deterministic_id("holes", body.pk, *sorted(new))
        told = Draft(Purpose.DUTY, Why.PLANNER, urgent=False, key=f"holes-{name}", figures=figures)
        planners = jurisdiction.planners_of(body)
        drafts += [replace(told, key=f"{told.key}-{deterministic_id(one.pk)}", person=one) for one in planners]
        drafts += [] if planners else [replace(told, organisation=body)]
    return drafts


def _told_holes(body_id: UUID, now: datetime) -> set[str]:
    """Events whose holes have been told to this organisation's planners."""
    rows = Notice.objects.filter(key__startswith="holes-", purpose=Purpose.DUTY, written_at__gte=now - _LOOKED_BACK)
    told = rows.values_list("figures", flat=True)
    return {event for figures in told if figures.get("body") == str(body_id) for event in figures["events"]}


def _hole(event: "Event", roster: "Roster") -> dict[str, Any]:
    hours = [event.data["starts_at"], event.data["ends_at"]]
    return {"roster": _named(roster)["roster"], "hours": hours, "why": event.data["reason"]}


def _named(roster: "Roster") -> dict[str, Any]:
    return {
        "roster": {"id": str(roster.pk), "zh": roster.name_zh, "en": roster.name_en},
        "organisation": names_of(roster.organisation),
    }
