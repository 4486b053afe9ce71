"""Hours on duty that change hands: one asks, the other agrees; nobody above needs to."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.bus.services import record_event
from tocsin.jurisdiction.areas import policy
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.services import require_person_at_screen
from tocsin.jurisdiction.rosters.events import SwapAnswered, SwapAsked
from tocsin.jurisdiction.rosters.models import Roster, StandIn, Swap
from tocsin.jurisdiction.rosters.queries import rosters as queries
from tocsin.jurisdiction.rosters.rules import SwapVerdict, judge_swap
from tocsin.jurisdiction.rosters.services.rosters import tell_changed

type Hours = tuple[datetime, datetime]


@transaction.atomic
def ask_swap(
    *, actor: User, roster_id: UUID, asked_of_id: UUID, given: Hours, taken: Hours | None = None, note: str = "", now: datetime
) -> Swap:
    """Asks another to take one's hours, and offers to take theirs in return. InvalidInput says what stands against it."""
    require_person_at_screen(actor)
    roster = _locked(roster_id)
    if len(note) > 200:
        raise InvalidInput(_("A note has at most 200 characters."))
    _judge(roster, actor.pk, asked_of_id, given, taken, now)
    taken_from, taken_until = taken or (None, None)
    swap = Swap.objects.create(
        roster=roster,
        asked_by=actor,
        asked_of_id=asked_of_id,
        given_from=given[0],
        given_until=given[1],
        taken_from=taken_from,
        taken_until=taken_until,
        note=note,
        asked_at=now,
    )
    tell_changed(actor, roster, "swap_asked", {"swap": str(swap.pk), "asked_of": str(asked_of_id)})
    event = SwapAsked(
        swap_id=str(swap.pk),
        roster_id=str(roster.pk),
        asked_by=str(actor.pk),
        asked_of=str(asked_of_id),
        given_from=given[0].isoformat(),
        given_until=given[1].isoformat(),
    )
    record_event(event, region=roster.organisation.region_id)
    return swap


@transaction.atomic
def answer_swap(*, actor: User, swap_id: UUID, agree: bool, now: datetime) -> Swap:
    """Agrees or refuses, by the person who was asked; with agreement both stand in for each other from that moment on."""
    require_person_at_screen(actor)
    swap = _open_swap(swap_id)
    if swap.asked_of_id != actor.pk:
        raise NotAllowed(_("Only the person who was asked answers."))
    if agree:
        given = (swap.given_from, swap.given_until)
        taken = (swap.taken_from, swap.taken_until) if swap.taken_from and swap.taken_until else None
        _judge(swap.roster, swap.asked_by_id, swap.asked_of_id, given, taken, now)
        _stand_in(swap, swap.asked_of_id, swap.asked_by_id, given, now)
        if taken:
            _stand_in(swap, swap.asked_by_id, swap.asked_of_id, taken, now)
    return _close(actor, swap, "agreed" if agree else "refused", now)


@transaction.atomic
def withdraw_swap(*, actor: User, swap_id: UUID, now: datetime) -> Swap:
    """Takes back what one has asked and nobody has answered."""
    require_person_at_screen(actor)
    swap = _open_swap(swap_id)
    if swap.asked_by_id != actor.pk:
        raise NotAllowed(_("Only the person who asked takes it back."))
    return _close(actor, swap, "withdrawn", now)


def _locked(roster_id: UUID) -> Roster:
    return Roster.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=roster_id, is_active=True)


def _open_swap(swap_id: UUID) -> Swap:
    swap = Swap.objects.get(pk=swap_id)
    roster = _locked(swap.roster_id)
    swap.refresh_from_db()
    if swap.state != "asked":
        raise Conflict(_("This request has been answered or taken back."))
    swap.roster = roster
    return swap


def _close(actor: User, swap: Swap, state: str, now: datetime) -> Swap:
    swap.state, swap.answered_at = state, now
    swap.save(update_fields=["state", "answered_at"])
    tell_changed(actor, swap.roster, f"swap_{state}", {"swap": str(swap.pk)})
    event = SwapAnswered(swap_id=str(swap.pk), asked_by=str(swap.asked_by_id), asked_of=str(swap.asked_of_id), state=state)
    record_event(event, region=swap.roster.organisation.region_id)
    return swap


def _stand_in(swap: Swap, comes: UUID, replaces: UUID, hours: Hours, now: datetime) -> None:
    StandIn.objects.create(
        roster=swap.roster,
        starts_at=hours[0],
        ends_at=hours[1],
        user_id=comes,
        replaces_id=replaces,
        swap=swap,
        made_by_id=swap.asked_of_id,
        made_at=now,
    )


def _judge(roster: Roster, asked_by: UUID, asked_of: UUID, given: Hours, taken: Hours | None, now: datetime) -> None:
    """InvalidInput with the reason where the hours can't change hands."""
    bounds = [*given, *(taken or ())]
    plan = queries.plans([roster], min(bounds), max(bounds))[roster.pk]
    verdict = judge_swap(
        plan,
        asked_by=asked_by,
        asked_of=asked_of,
        given=given,
        taken=taken,
        now=now,
        zone=timezone.get_default_timezone(),
        is_working_day=policy.is_working_day,
    )
    if verdict is not SwapVerdict.ALLOWED:
        raise InvalidInput(_words(verdict))


def _words(verdict: SwapVerdict) -> str:
    return {
        SwapVerdict.ONESELF: _("Nobody swaps with themselves."),
        SwapVerdict.NOT_ON_ROSTER: _("This person is not on the roster."),
        SwapVerdict.PAST: _("These hours have begun or are over."),
        SwapVerdict.EMPTY: _("The hours end before they begin."),
        SwapVerdict.NOT_YOURS: _("These hours are not wholly yours."),
        SwapVerdict.NOT_THEIRS: _("The hours in return are not wholly theirs."),
        SwapVerdict.ALREADY_ON: _("One of the two is on duty already in these hours."),
        SwapVerdict.AWAY: _("One of the two is away in these hours."),
    }[verdict]
