"""News of on-call rosters, told to the people concerned: a shift that comes, a swap that is asked or answered, holes ahead.

A function of events and rows: keys are of identities, so that an event that is read twice tells nothing twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from tocsin.base.ids import deterministic_id
from tocsin.bus.envelope import decode_event, read_events
from tocsin.bus.services import in_one_transaction
from tocsin.jurisdiction import face as jurisdiction
from tocsin.jurisdiction.rosters.events import RosterHoleAhead, ShiftComing, SwapAnswered, SwapAsked
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.directory import Directory
from tocsin.notices.messages.services.delivery import supersede
from tocsin.notices.messages.services.writing import Draft, names_of, write_all
from tocsin.notices.rosters.models import LogPosition
from tocsin.notices.rosters.rules import DUTY, PLANNER, ROSTER

if TYPE_CHECKING:
    from tocsin.bus.envelope import Event, Told
    from tocsin.jurisdiction.face import Roster, Swap

KINDS = (ShiftComing, SwapAsked, SwapAnswered, RosterHoleAhead)
CONSUMER = "people-told"
FULL = 200  # entries after which the position is written though they concern nobody
_LOOKED_BACK = timedelta(days=30)  # holes told before, by the events that told them


def told_position() -> int:
    """Sequence of the last event whose notices are written; 0 at the very beginning."""
    return LogPosition.objects.filter(consumer=CONSUMER).values_list("sequence", flat=True).first() or 0


def tell_entries(entries: "Sequence[tuple[int, bytes]]") -> None:
    """What is told of rosters, to the people concerned. What concerns nobody is read again after a restart."""
    events = [decode_event(payload) for _sequence, payload in entries]
    if len(entries) >= FULL or any(read_events(events, KINDS)):
        tell_people(events=events, position=entries[-1][0], now=settings.CONFIGURATION.clock.now())


def tell_people(*, events: "Iterable[Event]", position: int, now: datetime) -> int:
    """The notices that follow from these events, once; returns how many were written."""
    return in_one_transaction(partial(_tell, list(read_events(events, KINDS)), position, now))


def _tell(events: "Sequence[Told[Any]]", position: int, now: datetime) -> int:
    written = tell_of_rosters(events, now) if events else 0
    LogPosition.objects.update_or_create(consumer=CONSUMER, defaults={"sequence": position})
    return written


def tell_of_rosters(events: "Sequence[Told[Any]]", now: datetime) -> int:
    """Writes the notices that follow from these events, in their order; returns how many. Call it in a transaction."""
    shifts = [told.event for told in events if isinstance(told.event, ShiftComing)]
    swapped = [told.event for told in events if isinstance(told.event, SwapAsked | SwapAnswered)]
    holes = [told for told in events if isinstance(told.event, RosterHoleAhead)]
    rosters = jurisdiction.rosters_by_id(UUID(roster_id) for roster_id in _rosters_named(shifts, holes))
    swaps = jurisdiction.swaps_by_id(UUID(event.swap_id) for event in swapped)
    drafts = list(_shifts(shifts, rosters, now))
    for event in swapped:
        if swap := swaps.get(UUID(event.swap_id)):
            drafts += _asked(swap, now) if isinstance(event, SwapAsked) else _answered(event, swap, now)
    drafts += _holes(holes, rosters, now)
    before = Notice.objects.filter(key__in=[draft.key for draft in drafts]).count()
    return len(write_all(drafts, Directory(now))) - before if drafts else 0


def _rosters_named(shifts: "Iterable[ShiftComing]", holes: "Iterable[Told[RosterHoleAhead]]") -> list[str]:
    return [*(event.roster_id for event in shifts), *(told.event.roster_id for told in holes)]


def _shifts(shifts: "Sequence[ShiftComing]", rosters: "dict[UUID, Roster]", now: datetime) -> Iterable[Draft]:
    people = jurisdiction.people_by_id(UUID(event.person_id) for event in shifts)
    for event in shifts:
        roster, person = rosters.get(UUID(event.roster_id)), people.get(UUID(event.person_id))
        begin = datetime.fromisoformat(event.starts_at)
        if roster is None or person is None or begin <= now:
            continue
        yield Draft(
            DUTY,
            ROSTER,
            urgent=False,
            key=f"shift-{deterministic_id('shift', roster.pk, person.pk, begin.isoformat())}",
            person=person,
            figures={"duty": "shift", **_named(roster), "hours": [event.starts_at, event.ends_at]},
            deadline=begin,
        )


def _asked(swap: "Swap", now: datetime) -> list[Draft]:
    """The colleague who is asked is told."""
    if swap.state != "asked" or swap.given_from <= now:
        return []
    return [_swap_draft(swap, "asked", _asked_key(swap), deadline=swap.given_from)]


def _answered(event: SwapAnswered, swap: "Swap", now: datetime) -> list[Draft]:
    """Answered: who asked is told; taken back: the colleague again. What is answered waits no more."""
    waiting = Notice.objects.filter(key=_asked_key(swap), read_at__isnull=True)
    supersede(waiting, now=now)
    withdrawn = {"fate": Fate.SUPERSEDED.value}
    answered = {"fate": Fate.READ.value, "read_at": now}  # on the page of the same matter
    waiting.update(**withdrawn if event.state == "withdrawn" else answered)
    return [_swap_draft(swap, event.state, f"{_asked_key(swap)}-{event.state}")]


def _asked_key(swap: "Swap") -> str:
    return f"swap-{swap.pk}"


def _swap_draft(swap: "Swap", news: str, key: str, deadline: datetime | None = None) -> Draft:
    to, other = (swap.asked_of, swap.asked_by) if news in ("asked", "withdrawn") else (swap.asked_by, swap.asked_of)
    taken = [one.isoformat() for one in (swap.taken_from, swap.taken_until) if one is not None]
    hours = [swap.given_from.isoformat(), swap.given_until.isoformat()]
    figures = {"duty": f"swap_{news}", **_named(swap.roster), "name": str(other), "hours": hours, "in_return": taken}
    return Draft(DUTY, ROSTER, False, key, person=to, figures=figures, deadline=deadline)


def _holes(holes: "Iterable[Told[RosterHoleAhead]]", rosters: "dict[UUID, Roster]", now: datetime) -> list[Draft]:
    """One notice for all holes of an organisation that are new, to each of its people who plan duty there, or to its desk."""
    by_body: dict[UUID, list[Told[RosterHoleAhead]]] = {}
    for told in holes:
        roster = rosters.get(UUID(told.event.roster_id))
        if roster is not None and datetime.fromisoformat(told.event.ends_at) > now:
            by_body.setdefault(roster.organisation_id, []).append(told)
    drafts = []
    for body_id, ahead in by_body.items():
        known = _told_holes(body_id, now)
        new = {told.id: told.event for told in ahead if told.id not in known}
        if not new:
            continue
        listed = sorted(new.values(), key=lambda event: (event.starts_at, event.roster_id))
        body = rosters[UUID(listed[0].roster_id)].organisation
        figures = {
            "duty": "holes",
            "organisation": names_of(body),
            "body": str(body.pk),
            "events": sorted(new),
            "holes": [_hole(event, rosters[UUID(event.roster_id)]) for event in listed],
        }
        name = deterministic_id("holes", body.pk, *sorted(new))
        draft = Draft(DUTY, PLANNER, urgent=False, key=f"holes-{name}", figures=figures)
        planners = jurisdiction.planners_of(body)
        drafts += [replace(draft, key=f"{draft.key}-{deterministic_id(person.pk)}", person=person) for person in planners]
        drafts += [] if planners else [replace(draft, organisation=body)]
    return drafts


def _told_holes(body_id: UUID, now: datetime) -> set[str]:
    """Events whose holes have been told to this organisation's planners."""
    rows = Notice.objects.filter(key__startswith="holes-", purpose=DUTY, written_at__gte=now - _LOOKED_BACK)
    told = rows.values_list("figures", flat=True)
    return {event for figures in told if figures.get("body") == str(body_id) for event in figures["events"]}


def _hole(event: RosterHoleAhead, roster: "Roster") -> dict[str, object]:
    return {"roster": _named(roster)["roster"], "hours": [event.starts_at, event.ends_at], "why": event.reason}


def _named(roster: "Roster") -> dict[str, dict[str, str]]:
    return {
        "roster": {"id": str(roster.pk), "zh": roster.name_zh, "en": roster.name_en},
        "organisation": names_of(roster.organisation),
    }
