"""Papers of the duty desk: the handover sheet (交接班单) and the daily duty report (值班日报)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.base.errors import NotAllowed
from tocsin.command.descriptions import STATE_NAMES, describe_case
from tocsin.command.descriptions.duty_words import ENTRY_NAMES, MATTER_NAMES, SHIFT_ACTS
from tocsin.command.descriptions.handling import STEP_NAMES, outcome_words
from tocsin.command.models import Case, LogEntry, Shift
from tocsin.command.papers.words import NOTHING, Fact, as_of, fact, moment, second, signature
from tocsin.command.policy.duty import duty_policy
from tocsin.command.queries.brief import Day, Figures, cases_of_day, day_of, figures_of, log_of_day, shifts_of_day
from tocsin.command.queries.duty import visible_handovers, visible_shifts
from tocsin.command.queries.handling import standing_outcome
from tocsin.command.queries.orders import running_lead
from tocsin.command.rules.cases import CaseState
from tocsin.command.rules.clocks import Step
from tocsin.command.rules.duty import EntryKind, MatterKind
from tocsin.records.papers import Paper
from tocsin.warning.sentences import LEVEL_NAMES, Words

if TYPE_CHECKING:
    from tocsin.jurisdiction.queries import Person


def handover_sheet(user: "Person", handover_id: UUID, now: datetime) -> Paper:
    """The paper `handover_sheet`: the matters as they were frozen, with both signatures."""
    handover = visible_handovers(user).filter(pk=handover_id).first()
    if handover is None:
        raise NotAllowed(_("There is no such handover, or your rights do not reach it."))
    taker = signature(pgettext("signature", "Taken over by"))
    if handover.accepted and handover.answered_by:
        taker = signature(pgettext("signature", "Taken over by"), str(handover.answered_by), handover.answered_at)
    values = {
        "title": _("Handover sheet"),
        "number": f"{handover.region_code}-{timezone.localtime(handover.given_at):%Y%m%d-%H%M}",
        "printed_at": now,
        "facts": _shift_facts(handover.shift),
        "words": {"title": _("Words of who hands over"), "rows": handover.words.splitlines()},
        "matters": _matters(_("Open matters at the handover"), handover.matters),
        "since": _matters(_("Came between the two signatures"), handover.since),
        "refused": _("Refused: %(reason)s") % {"reason": handover.reason} if handover.accepted is False else "",
        "digest": _("Digest of what was signed: %(digest)s") % {"digest": handover.digest},
        "signatures": [signature(pgettext("signature", "Handed over by"), str(handover.given_by), handover.given_at), taker],
    }
    return Paper(values, "handover", handover.pk, handover.region_code)


def daily_duty_report(user: "Person", shift_id: UUID, now: datetime) -> Paper:
    """The paper `daily_duty_report`: the duty day in which the shift began, as its desk's region saw it."""
    shift = visible_shifts(user).filter(pk=shift_id).first()
    if shift is None:
        raise NotAllowed(_("There is no such shift, or your rights do not reach it."))
    day = day_of(shift.began_at, begins=duty_policy().desk.day_begins, zone=timezone.get_default_timezone(), now=now)
    figures = figures_of(shift.region_code, day)
    values = {
        "title": _("Daily duty report"),
        "number": f"{shift.region_code}-{day.begins:%Y%m%d}",
        "printed_at": now,
        "facts": [
            fact(_("Desk"), str(shift.desk)),
            fact(_("From – to"), f"{moment(day.begins)} – {moment(day.ends)}"),
            *(fact(_("Shift from %(at)s") % {"at": moment(one.began_at)}, _keepers(one)) for one in shifts_of_day(shift, day)),
        ],
        "levels": _levels(figures),
        "figures": {"title": _("Figures of the day"), "facts": _figures(figures)},
        "cases": _cases(shift, day),
        "log": _log(log_of_day(shift, day)),
        "note": _("Drills are not counted. %(as_of)s.") % {"as_of": as_of(day.ends)},
        "signatures": [
            signature(pgettext("signature", "Duty officer")),
            signature(pgettext("signature", "Leader on shift")),
        ],
    }
    return Paper(values, "shift", shift.pk, shift.region_code)


def _shift_facts(shift: Shift) -> list[Fact]:
    return [
        fact(_("Desk"), str(shift.desk)),
        fact(_("Duty officers"), [str(one) for one in shift.officers.all()]),
        fact(_("Leader on shift"), str(shift.leader) if shift.leader else None),
        fact(_("Shift began"), moment(shift.began_at)),
    ]


def _keepers(shift: Shift) -> list[str]:
    leader = [_("%(name)s (leader)") % {"name": shift.leader}] if shift.leader else []
    return [*(str(one) for one in shift.officers.all()), *leader]


def _matters(title: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "title": title,
        "head": [_("Case"), _("Level"), _("State"), _("Next step and its time"), _("Why it is a matter")],
        "rows": [
            [
                one["case"],
                str(LEVEL_NAMES[one["level"]]),
                str(STATE_NAMES[CaseState(one["state"])]),
                _next(one),
                [_matter_words(MatterKind(kind), one.get(kind, ())) for kind in one["kinds"]],
            ]
            for one in rows
        ],
    }


def _next(matter: Mapping[str, Any]) -> list[str] | str:
    if not matter.get("due_at"):
        return NOTHING
    return [capfirst(str(STEP_NAMES[Step(matter["next_step"])])), moment(datetime.fromisoformat(matter["due_at"]))]


def _matter_words(kind: MatterKind, listed: Iterable[str]) -> str:
    names = {step.value: str(STEP_NAMES[step]) for step in STEP_NAMES}
    if kind is MatterKind.RESUMES:
        told = [moment(datetime.fromisoformat(one)) for one in listed]
    elif kind is MatterKind.OUTCOME:
        told = [outcome_words(one, "") for one in listed]
    else:
        told = [names.get(one, one) for one in listed] if kind is MatterKind.OVERDUE else list(listed)
    name = str(MATTER_NAMES[kind])
    return f"{name}: {', '.join(dict.fromkeys(told))}" if told else name


def _levels(figures: Figures) -> dict[str, Any]:
    return {
        "title": _("Alarms and cases by level"),
        "head": ["", *(str(LEVEL_NAMES[level]) for level in figures.alarms), pgettext("sum", "All")],
        "rows": [
            [name, *(str(number) for number in counted.values()), str(sum(counted.values()))]
            for name, counted in ((_("Alarms raised"), figures.alarms), (_("Cases opened"), figures.opened))
        ],
    }


def _figures(figures: Figures) -> list[Fact]:
    closed = [f"{outcome_words(kind, '')}: {number}" for kind, number in figures.closed.items()]
    return [
        fact(_("Cases closed"), closed or "0"),
        fact(_("Cases open at the end"), str(figures.open_at_end)),
        fact(_("Orders sent"), str(figures.orders_sent)),
        fact(_("Orders not signed for in time"), str(figures.orders_signed_late)),
        fact(_("Steps late"), str(figures.steps_late)),
        fact(_("Notices that reached nobody"), str(figures.notices_failed)),
        fact(_("Warnings and incidents declared"), str(figures.declared)),
        fact(_("Reports upward sent"), str(figures.reports_sent)),
    ]


def _cases(shift: Shift, day: Day) -> dict[str, Any]:
    return {
        "title": _("Cases of the day"),
        "head": [_("Case"), _("Level"), _("Opened"), _("What and where"), _("State"), _("Lead unit")],
        "rows": [_case(one) for one in cases_of_day(shift.region_code, day)],
    }


def _case(case: Case) -> list[Any]:
    told = describe_case(case)
    outcome, lead = standing_outcome(case), running_lead(case)
    how = [outcome_words(outcome.kind, outcome.code)] if outcome and case.closed_at else []
    return [
        case.number,
        str(LEVEL_NAMES[case.peak_level]),
        second(case.opened_at),
        [told["title"], told["place"]],
        [told["state_name"], *how],
        str(lead.unit) if lead else NOTHING,
    ]


def _log(entries: Iterable[LogEntry]) -> dict[str, Any]:
    return {
        "title": _("From the log"),
        "head": [_("When"), pgettext("paper", "What"), pgettext("paper", "Who")],
        "rows": [[second(one.at), _entry(one), str(one.by)] for one in entries],
    }


def _entry(entry: LogEntry) -> str:
    """A line of the log in words: its kind, its case, what was said and by whom."""
    if entry.kind == EntryKind.SHIFT:
        words = str(SHIFT_ACTS[entry.figures["act"]]) % Words({name: str(one) for name, one in entry.figures.items()})
    else:
        words = str(ENTRY_NAMES[EntryKind(entry.kind)])
    said = " ".join(filter(None, (entry.figures.get("said_by"), entry.figures.get("telephone"))))
    parts = [words, entry.case.number if entry.case else "", said, entry.text]
    return " · ".join(part for part in parts if part)
