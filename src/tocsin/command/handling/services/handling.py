"""What duty officers and leaders decide about a case: level, suspension, declarations, how it ends, that it begins again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.bus.services import record_event
from tocsin.command.casebook.events import CaseOpened
from tocsin.command.casebook.models import Case, Outcome
from tocsin.command.casebook.policy import policy_of
from tocsin.command.casebook.queries.standing import standing_declarations, standing_outcome
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import CaseState, DeclarationKind, Origin, OutcomeKind
from tocsin.command.casebook.rules.moments import has_been
from tocsin.command.casebook.rules.order_states import ENDED, ON_SITE, OrderState
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.command.casebook.services.log import Book, open_book
from tocsin.command.casebook.shown.outcomes import DECLARATION_NAMES, DECLARED_LEVEL_NAMES
from tocsin.command.casebook.shown.titles import Matter, title_of
from tocsin.command.closing.queries import Lack, calm_standing
from tocsin.command.closing.rules import closing_needs
from tocsin.command.closing.shown import lack_words
from tocsin.command.handling.events import CaseClosed, CaseReopened
from tocsin.command.handling.queries import closing_papers
from tocsin.command.handling.services.follow_up import react
from tocsin.command.handling.services.second_person import ask_second_person, tell_answer
from tocsin.command.orders.services.endings import end_order_notices, take_back_end
from tocsin.command.plans.services.ends import end_with_case
from tocsin.jurisdiction.face import require, require_person_at_screen
from tocsin.lifelines.face import asset_kinds
from tocsin.mobilisation.face import tell_case_closed
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True)
class Caller:
    """Who told of it, from which number, and when it is said to have happened."""

    name: str = ""
    telephone: str = ""
    occurred_at: datetime | None = None


@transaction.atomic
def open_case_by_hand(
    *,
    actor: "User",
    region_code: str,
    title: str = "",
    place: str,
    level: AlarmLevel,
    kind: str = "",
    place_kind: str = "",
    lon: float | None = None,
    lat: float | None = None,
    text: str = "",
    began_at: datetime | None = None,
    origin: Origin = Origin.PERSON,
    origin_reference: str = "",
    drill_id: UUID | None = None,
    caller: Caller = Caller(),
    asked: Mapping[str, str] | None = None,
    channel: str = "console",
    number: str = "",
    matter: Matter | None = None,
) -> Case:
    """A case that no alarm opened: a call, a citizen's report, another platform. Clocks count from `began_at`, else from now.

    `kind` names the lifeline or trade, whose owner is told; `place_kind` in what it was seen, a kind of the objects of networks:
    gas in a closed space is told to more. `asked`: the answers to the questions of its kind. `number`: that by which it is known
    already, where another part of the house has given it. `matter`: what it is opened for, where its title follows from that.
    """
    require(actor, rights.HANDLE, region_code)
    if place_kind and place_kind not in asset_kinds():
        raise InvalidInput(
            _("%(kind)s is no kind of place; known are %(known)s.") % {"kind": place_kind, "known": ", ".join(asset_kinds())}
        )
    if matter:
        with override(settings.LANGUAGE_CODE):  # as searches find it; readers are told it in their own language
            title = title_of(title, matter)
    if not title.strip() or not place.strip():
        raise InvalidInput(_("Say what happened and where."))
    if level is AlarmLevel.NONE:
        raise InvalidInput(_("A case needs a level from blue to red."))
    if origin is Origin.ALARM:
        raise InvalidInput(_("Cases of alarms are opened by the machine."))
    if (lon is None) is not (lat is None) or not (-180 <= (lon or 0) <= 180 and -90 <= (lat or 0) <= 90):
        raise InvalidInput(_("A spot needs longitude and latitude in degrees."))
    now = current_time()
    if began_at is not None and (began_at.tzinfo is None or began_at > now):
        raise InvalidInput(_("The beginning lies in the past, with a time zone."))
    if caller.occurred_at is not None and not has_been(caller.occurred_at, now):
        raise InvalidInput(_("The event lies in the past, with a time zone."))
    book = open_book(region_code, actor=actor, channel=channel, now=now)
    case = book.new_case(
        number=number,
        begun_at=began_at or now,
        origin=origin.value,
        origin_reference=origin_reference.strip()[:120],
        kind=kind.strip()[:30],
        title=title.strip()[:200],
        matter=dict(matter or {}),
        place=place.strip()[:200],
        place_kind=place_kind,
        lon=lon,
        lat=lat,
        set_level=level.value,
        touched_at=now,
        drill_id=drill_id,
        occurred_at=caller.occurred_at,
        caller=caller.name.strip()[:120],
        caller_telephone=caller.telephone.strip()[:40],
    )
    told_by = " ".join(filter(None, (case.origin_reference, case.caller, case.caller_telephone)))
    figures = {"origin": origin.value, "reference": told_by, "asked": dict(asked or {})}
    book.note(case, "opened_by_hand", text=text, figures=figures)
    book.refresh(case, tell=False)
    record_event(
        CaseOpened(case_id=str(case.pk), number=case.number, alarm_id="", level=case.level, cause=""), region=region_code
    )
    react(book, case)
    return case


@transaction.atomic
def take_case(*, actor: "User", case_id: UUID, channel: str = "console") -> Case:
    """The duty officer has it in hand (确认): the clock to confirm is met, and its alarms are acknowledged with it."""
    book, (case,) = open_cases(actor, channel, case_id)
    if case.touched_at is None:
        book.note(case, "taken")
    touch(book, case)
    book.take_alarms(case)
    return case


@transaction.atomic
def set_level(*, actor: "User", case_id: UUID, level: AlarmLevel | None, text: str, channel: str = "console") -> Case:
    """A person raises or lowers the level (调整级别), with the reason; None gives it back to the alarms."""
    book, (case,) = running_case(actor, channel, case_id)
    ask_why(text)
    if level is AlarmLevel.NONE:
        raise InvalidInput(_("A case needs a level from blue to red."))
    before = case.level
    case.set_level = None if level is None else level.value
    touch(book, case)
    book.take_alarms(case)
    book.note(case, "level_set", text=text, figures={"from": before, "to": case.level})
    react(book, case)
    return case


@transaction.atomic
def suspend_case(*, actor: "User", case_id: UUID, until: datetime, text: str, channel: str = "console") -> Case:
    """Nothing is chased until that time (已挂起); no due moves, so what is overdue then is told at once. Conflict while a crew is
    on site: nobody looks away from people in danger.
    """
    book, (case,) = running_case(actor, channel, case_id)
    ask_why(text)
    there = case.orders.filter(state__in=[state.value for state in ON_SITE]).select_related("unit")
    if there:
        units = ", ".join(str(one.unit) for one in there)
        raise Conflict(_("A crew is on site (%(units)s): this case can't be suspended.") % {"units": units})
    if until.tzinfo is None or until <= book.now:
        raise InvalidInput(_("The date of return lies in the future, with a time zone."))
    case.suspended_until, case.suspended_reason = until, text.strip()[:500]
    touch(book, case)
    book.note(case, "suspended", text=text, figures={"until": until.isoformat()})
    clocks.rewind_all(case)
    return case


@transaction.atomic
def resume_case(*, actor: "User", case_id: UUID, text: str = "", channel: str = "console") -> Case:
    """Ends a suspension before its time; Conflict where there is none."""
    book, (case,) = running_case(actor, channel, case_id)
    if case.suspended_until is None:
        raise Conflict(_("This case is not suspended."))
    case.suspended_until, case.suspended_reason = None, ""
    case.save()
    book.note(case, "resumed", text=text)
    clocks.rewind_all(case)
    return case


def lacks_to_close(case: Case, *, now: datetime) -> tuple[Lack, ...]:
    """What the case still lacks before it may be closed as settled; Unavailable where the history can't be read."""
    papers = closing_papers(case)
    needs = closing_needs((), proof=papers.proof, unit_signed=papers.unit_signed, finding=papers.finding)
    return (*calm_standing(case, now=now).lacks, *map(Lack, needs))


@transaction.atomic
def close_case(
    *,
    actor: "User",
    case_id: UUID,
    kind: OutcomeKind,
    code: str = "",
    text: str = "",
    despite: bool = False,
    channel: str = "console",
) -> Case:
    """The duty officer signs how the case ended.

    SETTLED asks the closing rule; a leader may close `despite` what it lacks, with the reason. FALSE_ALARM asks a cause code and
    HARMLESS a text; for the two upper levels both wait for a second person (`answer_outcome`). Conflict while a warning or an
    incident stands: a leader ends it first.
    """
    if despite:
        require_person_at_screen(actor)
    book, (case,) = running_case(actor, channel, case_id)
    handling = policy_of(case.policy).handling
    figures: dict[str, object] = {"kind": kind.value}
    if kind in (OutcomeKind.BY_ITSELF, OutcomeKind.DRILL_OVER):
        raise InvalidInput(_("Only the machine closes a case so."))
    _nothing_declared(case)
    if standing_outcome(case) is not None:
        raise Conflict(_("How this case ended has been proposed already."))
    if kind is OutcomeKind.SETTLED:
        lacking = lacks_to_close(case, now=book.now)
        if lacking and not despite:
            raise Conflict(_("This case can't be closed yet: %(needs)s.") % {"needs": "; ".join(map(lack_words, lacking))})
        if lacking:
            require(actor, rights.LEAD, case.region_code)
            ask_why(text)
            figures["despite"] = list(dict.fromkeys(one.need.value for one in lacking))
    else:
        ask_why(text)
        if kind is OutcomeKind.FALSE_ALARM and code not in handling.false_alarm_codes:
            raise InvalidInput(_("Name the cause: %(codes)s.") % {"codes": ", ".join(handling.false_alarm_codes)})
        figures["code"] = code
    alone = kind is OutcomeKind.SETTLED or AlarmLevel(case.peak_level) < handling.two_person_level
    outcome = Outcome.objects.create(
        case=case,
        kind=kind.value,
        code=code,
        text=text.strip()[:2000],
        proposed_by=actor,
        proposed_at=book.now,
        confirmed_by=actor if alone else None,
        confirmed_at=book.now if alone else None,
    )
    touch(book, case)
    if alone:
        _end(book, case, outcome, figures)
    else:
        book.note(case, "outcome_proposed", text=text, figures=figures)
        ask_second_person(book, case, outcome)
    return case


@transaction.atomic
def answer_outcome(*, actor: "User", case_id: UUID, agree: bool, text: str = "", channel: str = "console") -> Case:
    """The second person agrees that the alarm was false or harmless, or refuses with the reason. Never who proposed it."""
    require_person_at_screen(actor)
    book, (case,) = running_case(actor, channel, case_id)
    outcome = standing_outcome(case)
    if outcome is None or outcome.confirmed_at is not None:
        raise Conflict(_("Nothing waits for a second person here."))
    if outcome.proposed_by_id == actor.pk:
        raise NotAllowed(_("A second person has to agree."))
    figures: dict[str, object] = {"kind": outcome.kind, "code": outcome.code, "by": str(outcome.proposed_by)}
    if agree:
        _nothing_declared(case)
        outcome.confirmed_by, outcome.confirmed_at = actor, book.now
        outcome.save()
        _end(book, case, outcome, figures, text=text)
    else:
        ask_why(text)
        outcome.refused, outcome.confirmed_by = True, actor
        outcome.save()
        book.note(case, "outcome_refused", text=text, figures=figures)
        book.refresh(case)
    tell_answer(book, case, outcome, text)
    return case


@transaction.atomic
def reopen_case(*, actor: "User", case_id: UUID, text: str, channel: str = "console") -> Case:
    """A closed case goes on (重新启动), within the days of the policy; its clocks begin anew."""
    book, (case,) = open_cases(actor, channel, case_id)
    ask_why(text)
    reopen(book, case, text=text)
    return case


def reopen(book: Book, case: Case, *, text: str = "") -> None:
    """Opens a closed case again; Conflict for one that is not closed, or too long ago."""
    if case.state != CaseState.CLOSED or case.closed_at is None:
        raise Conflict(_("This case is not closed."))
    days = policy_of(case.policy).handling.reopen_within_days
    if (book.now - case.closed_at).days >= days:
        raise Conflict(_("This case was closed more than %(days)s days ago: open a new one.") % {"days": days})
    case.outcomes.filter(refused=False, ended_at__isnull=True).update(ended_at=book.now)
    case.reopened_at, case.reopenings, case.calm_since = book.now, case.reopenings + 1, None
    case.touched_at, case.persons_gone_at = case.touched_at or book.now, None
    take_back_end(case, now=book.now)
    book.refresh(case)
    if text:
        book.note(case, "reopened_by_hand", text=text)
    record_event(CaseReopened(case_id=str(case.pk)), region=case.region_code)
    react(book, case)


def close_with_drill(book: Book, case: Case) -> None:
    """The drill is over, and its case with it; what waited for a second person waits no more."""
    case.declarations.filter(ended_at__isnull=True).update(ended_at=book.now, ended_by=book.actor)
    close_by_machine(book, case, OutcomeKind.DRILL_OVER)


def close_by_machine(book: Book, case: Case, kind: OutcomeKind, *, code: str = "", text: str = "") -> None:
    """What the case was about is over or decided elsewhere: it ends with that, its clocks stop, nobody is asked to agree."""
    waiting = case.outcomes.filter(refused=False, ended_at__isnull=True, confirmed_at__isnull=True)
    waiting.update(refused=True, confirmed_by=book.actor)
    signed = {"proposed_by": book.actor, "proposed_at": book.now, "confirmed_by": book.actor, "confirmed_at": book.now}
    outcome = Outcome.objects.create(case=case, kind=kind.value, code=code, text=text[:2000], **signed)
    _end(book, case, outcome, {"kind": outcome.kind, **({"code": code} if code else {})})


def _end(book: Book, case: Case, outcome: Outcome, figures: dict[str, object], *, text: str = "") -> None:
    book.note(case, "ended", text=text or outcome.text, figures=figures)
    running = case.orders.exclude(state__in=[state.value for state in ENDED])
    ended = list(running)
    running.update(state=OrderState.DONE.value, ended_at=book.now)
    end_order_notices(ended, now=book.now)
    end_with_case(book, case)
    book.refresh(case)
    book.retire_alarms(case)
    react(book, case)
    tell_case_closed(number=case.number, now=book.now)
    record_event(CaseClosed(case_id=str(case.pk), outcome=outcome.kind, code=outcome.code), region=case.region_code)


def running_case(actor: "User", channel: str, case_id: UUID, *, leader: bool = False) -> tuple[Book, tuple[Case]]:
    """The book and a case that is not closed, locked; see `open_cases`."""
    book, (case,) = open_cases(actor, channel, case_id, permission=rights.LEAD if leader else rights.HANDLE)
    if case.state == CaseState.CLOSED:
        raise Conflict(_("This case is closed: open it again first."))
    return book, (case,)


def _nothing_declared(case: Case) -> None:
    standing = [
        f"{DECLARATION_NAMES[kind]} {DECLARED_LEVEL_NAMES[kind][one.level]}"
        for one in standing_declarations(case)
        for kind in (DeclarationKind(one.kind),)
    ]
    if standing:
        raise Conflict(_("This still stands: %(declared)s. A leader ends it first.") % {"declared": ", ".join(standing)})


def ask_why(text: str) -> None:
    """InvalidInput where the reason is empty."""
    if not text.strip():
        raise InvalidInput(_("Say why."))
