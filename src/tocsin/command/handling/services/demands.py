"""Episodes of firms that ask for an inspection become cases, and end them, by state: what has a case gets no second one."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import EPISODE, OPEN_STATES, Origin, OutcomeKind
from tocsin.command.casebook.services.log import open_book
from tocsin.command.handling.services.handling import close_by_machine, open_case_by_hand
from tocsin.jurisdiction.face import system_actor
from tocsin.supervision.face import (
    decided_references,
    demanded_at,
    demands_without_case,
    describe_episode,
    note_case,
    outcome_words,
)

if TYPE_CHECKING:
    from tocsin.supervision.face import Episode

CHANNEL = "supervision"
_OUTCOMES = {
    "confirmed": OutcomeKind.SETTLED,
    "explained": OutcomeKind.HARMLESS,
    "false": OutcomeKind.FALSE_ALARM,
    "withdrawn": OutcomeKind.BY_ITSELF,
}
AT_ONCE = 20


def open_demanded_cases(*, now: datetime) -> int:
    """Opens a case for every inspection that is demanded and has none; returns how many."""
    demands = list(demands_without_case()[:AT_ONCE])
    for episode in demands:
        _open(episode, now)
    return len(demands)


def end_decided_cases(*, now: datetime) -> int:
    """Ends the cases whose episode is decided or withdrawn; returns how many. One for which a leader has declared something waits
    until that is ended.
    """
    running = Case.objects.filter(origin_reference__startswith=EPISODE, state__in=[one.value for one in OPEN_STATES])
    running = running.exclude(declarations__ended_at__isnull=True, declarations__isnull=False)
    by_episode = {UUID(one.origin_reference.removeprefix(EPISODE)): one for one in running}
    decided = decided_references(by_episode)
    for episode_id, outcome in decided.items():
        _end(by_episode[episode_id], outcome, now)
    return len(decided)


@transaction.atomic
def _end(found: Case, outcome: str, now: datetime) -> None:
    book = open_book(found.region_code, actor=system_actor(), channel=CHANNEL, now=now)
    case = Case.objects.select_for_update().get(pk=found.pk)
    if case.state in [one.value for one in OPEN_STATES]:
        with override(settings.LANGUAGE_CODE):
            words = outcome_words(outcome)
        kind = _OUTCOMES[outcome]
        close_by_machine(book, case, kind, code="other" if kind is OutcomeKind.FALSE_ALARM else "", text=words)


@transaction.atomic
def _open(episode: "Episode", now: datetime) -> None:
    open_book(episode.region_code, actor=system_actor(), channel=CHANNEL, now=now)
    reference = f"{EPISODE}{episode.pk}"
    case = Case.objects.filter(origin=Origin.CAPABILITY.value, origin_reference=reference).first()
    if case is None:
        firm = episode.object
        with override(settings.LANGUAGE_CODE):  # words of a case are as typed by a person: in the language of the desk
            told = describe_episode(episode)
        case = open_case_by_hand(
            actor=system_actor(),
            region_code=episode.region_code,
            matter={"by": "episode", "kind": episode.kind, "name": firm.name},
            place=firm.address or firm.name,
            level=AlarmLevel[episode.level.upper()] if episode.level != "task" else AlarmLevel.BLUE,
            kind=firm.trade,
            lon=firm.lon,
            lat=firm.lat,
            text=" ".join(one.words for one in told.why),
            began_at=min(demanded_at(episode), now),
            origin=Origin.CAPABILITY,
            origin_reference=reference,
            channel=CHANNEL,
        )
    note_case(episode_id=episode.pk, number=case.number)
