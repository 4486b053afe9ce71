"""The duty desk as people and programs read it: shifts, log lines, handovers, the daily brief. Papers print the same values."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.command.calls.shown import telephone_words
from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.rules.moments import EARLIEST_YEAR
from tocsin.command.casebook.shown import clocks as handling
from tocsin.command.casebook.shown.cases import STATE_NAMES, describe_case
from tocsin.command.casebook.shown.clocks import step_words
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.duty import queries
from tocsin.command.duty.models import Handover
from tocsin.command.duty.queries import CaseWithClock
from tocsin.command.duty.rules import MatterKind
from tocsin.command.duty.shown.words import END_NAMES, ENTRY_NAMES, MATTER_NAMES, SHIFT_ACTS, STANDING_NAMES
from tocsin.command.reports.queries.reports import visible_reports
from tocsin.command.reports.shown.reports import describe_report
from tocsin.command.shifts import queries as shifts_queries
from tocsin.command.shifts.models import LogEntry, Shift
from tocsin.command.shifts.policy import duty_policy
from tocsin.command.shifts.rules import EntryKind, ShiftEnd, standing_of
from tocsin.screens.words import LEVEL_NAMES, Words

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, Person

DAY_NAMES = {
    "opened": gettext_lazy("Cases opened"),
    "closed": gettext_lazy("Cases closed"),
    "false_alarms": gettext_lazy("False alarms among them"),
    "open_at_end": gettext_lazy("Open at the end of the day, or now"),
    "orders_sent": gettext_lazy("Orders sent"),
    "orders_returned": gettext_lazy("Orders returned"),
    "steps_late": gettext_lazy("Steps late"),
    "notices_failed": gettext_lazy("Notices that reached nobody"),
    "declared": gettext_lazy("Warnings and incidents declared"),
    "reports_sent": gettext_lazy("Reports sent upward"),
}
CASES_TOLD = 40


def describe_shift(shift: Shift, now: datetime) -> dict[str, Any]:
    """One shift, its officers and leader loaded; `standing` of `rules.duty.ShiftStanding`, or how it ended."""
    policy = duty_policy().desk
    if shift.ended_at is None:
        standing = standing_of(shift.began_at, now, longest=policy.longest, grace=policy.grace)
        name, words = standing.value, STANDING_NAMES[standing]
    else:
        name, words = shift.end, END_NAMES[ShiftEnd(shift.end)]
    return {
        "id": shift.pk,
        "desk": str(shift.desk),
        "desk_id": shift.desk_id,
        "region_code": shift.region_code,
        "officers": [str(one) for one in shift.officers.all()],
        "leader": str(shift.leader) if shift.leader else "",
        "began_at": shift.began_at,
        "ended_at": shift.ended_at,
        "standing": name,
        "standing_name": str(words),
        "end_reason": shift.end_reason,
        "signed_by": str(shift.signed_by) if shift.signed_by else "",
        "signed_at": shift.signed_at,
        "signed_words": shift.signed_words,
        "digest": shift.digest,
    }


def describe_entry(entry: LogEntry) -> dict[str, Any]:
    """One line of the log as a sentence; who said it, from which number, where it was said by telephone."""
    corrected = getattr(entry, "corrected_by", None)
    return {
        "id": entry.pk,
        "line": entry.line,
        "at": entry.at,
        "written_at": entry.written_at,
        "by": str(entry.by),
        "kind": entry.kind,
        "kind_name": str(ENTRY_NAMES[EntryKind(entry.kind)]),
        "case": entry.case.number if entry.case else None,
        "said_by": entry.figures.get("said_by", ""),
        "telephone": entry.figures.get("telephone", ""),
        "text": entry.text,
        "sentence": _entry_sentence(entry),
        "corrects": entry.corrects.line if entry.corrects else None,
        "corrected_by": corrected.line if corrected else None,
    }


def _entry_sentence(entry: LogEntry) -> str:
    figures = entry.figures
    parts = []
    if entry.kind == EntryKind.SHIFT:
        words = Words({name: str(one) for name, one in figures.items()})
        parts.append(str(SHIFT_ACTS[figures["act"]]) % words)
    if figures.get("said_by"):
        parts.append(telephone_words(figures))
    parts.append(entry.text)
    return " · ".join(part for part in parts if part)


def describe_matter(matter: Mapping[str, Any], words: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """One frozen matter; `words` are the cases that the reader may see, by number, for title and place."""
    case = words.get(matter["case"], {})
    kinds = [MatterKind(kind) for kind in matter["kinds"]]
    reasons = [{"kind": kind.value, "name": str(MATTER_NAMES[kind]), "details": _details(kind, matter)} for kind in kinds]
    due_at = matter.get("due_at")
    return {
        "case": matter["case"],
        "title": case.get("title", ""),
        "place": case.get("place", ""),
        "drill": bool(matter.get("drill")),
        "state": matter["state"],
        "state_name": str(STATE_NAMES[CaseState(matter["state"])]),
        "level": matter.get("level", 0),
        "level_name": str(LEVEL_NAMES[matter.get("level", 0)]),
        "class": AlarmLevel(matter.get("level", 0)).name.lower(),
        "kinds": [kind.value for kind in kinds],
        "kind_names": [one["name"] for one in reasons],
        "details": [detail for one in reasons for detail in one["details"]],
        "reasons": reasons,
        "next_step_name": step_words(matter["next_step"]) if matter.get("next_step") else "",
        "due_at": datetime.fromisoformat(due_at) if due_at else None,
        "suspended_until": datetime.fromisoformat(matter["suspended_until"]) if matter.get("suspended_until") else None,
    }


def _details(kind: MatterKind, matter: Mapping[str, Any]) -> list[str]:
    """What a kind lists: steps, numbers, bodies; nothing for the kinds that say it all."""
    if kind is MatterKind.OVERDUE:
        return [step_words(step) for step in matter.get(kind, ())]
    if kind in (MatterKind.REPORT, MatterKind.UNREACHED, MatterKind.UNSIGNED):
        return [_detail(one) for one in matter.get(kind, ())]
    return []


def _detail(one: str | Mapping[str, str]) -> str:
    if isinstance(one, str):
        return one
    name = one.get("zh" if (get_language() or "zh").startswith("zh") else "en") or one.get("any", "")
    return " ".join(filter(None, (one.get("number", ""), name)))


def describe_matters(user: "Person", matters: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Frozen matters with the words of their cases; one query."""
    listed = list(matters)
    found = visible_cases(user).filter(pk__in=[one["id"] for one in listed]) if listed else []
    words = {case.number: describe_case(case) for case in found}
    return [describe_matter(one, words) for one in listed]


def describe_handover(handover: Handover) -> dict[str, Any]:
    """One handover without its matters; `state` is waiting, taken or refused."""
    state = "waiting" if handover.accepted is None else ("taken" if handover.accepted else "refused")
    return {
        "id": handover.pk,
        "shift_id": handover.shift_id,
        "desk": str(handover.shift.desk),
        "state": state,
        "words": handover.words,
        "matters": len(handover.matters),
        "digest": handover.digest,
        "given_by": str(handover.given_by),
        "given_at": handover.given_at,
        "answered_by": str(handover.answered_by) if handover.answered_by else "",
        "answered_at": handover.answered_at,
        "reason": handover.reason,
        "next_shift_id": handover.next_shift_id,
    }


def handover_sheet(user: "Person", handover: Handover, now: datetime) -> dict[str, Any]:
    """Everything on the handover sheet (交接班表): the shift, its open matters as frozen, what came since, words, signatures."""
    return {
        **describe_handover(handover),
        "shift": describe_shift(handover.shift, now),
        "matter_list": describe_matters(user, handover.matters),
        "since_list": describe_matters(user, handover.since),
    }


def describe_open_case(row: CaseWithClock, now: datetime) -> dict[str, Any]:
    """One line of the desk's list of open cases."""
    case = row.case
    asleep = case.suspended_until is not None and case.suspended_until > now
    return {
        **describe_case(case),
        "class": AlarmLevel(case.level).name.lower(),
        "is_suspended": asleep,
        "next_clock": handling.describe_clock(row.clock, now) if row.clock and not asleep else None,
    }


def duty_day(moment: datetime) -> tuple[datetime, datetime]:
    """The duty day that the moment lies in: from one local morning's hour to the next."""
    begins = duty_policy().desk.day_begins
    local = timezone.localtime(moment)
    begin = local.replace(hour=begins.hour, minute=begins.minute, second=0, microsecond=0)
    if local < begin:
        begin -= timedelta(days=1)
    return begin, begin + timedelta(days=1)


def begin_of(day: date) -> datetime:
    """When the duty day of that local date begins; InvalidInput for a date that no brief can be of."""
    if not EARLIEST_YEAR <= day.year < EARLIEST_YEAR + 200:
        raise InvalidInput(_("There is no brief of that day."))
    return timezone.make_aware(datetime.combine(day, duty_policy().desk.day_begins))


def daily_brief(user: "Person", desk: "Organisation", *, moment: datetime, now: datetime) -> dict[str, Any]:
    """Everything on the daily brief (值班日报) of the duty day that `moment` lies in; drills are left out.

    `figures` is a list of (name, words, number); `cases` the gravest first with the newest line of each; `shift_id` is of the
    first shift that began on that day, under which the brief is printed.
    """
    begin, end = duty_day(moment)
    region = desk.region_id
    figures = queries.day_figures(region, begin, end)
    cases = queries.cases_of_day(user, region, begin, end, most=CASES_TOLD)
    lines = queries.newest_lines([case.pk for case in cases])
    shifts = shifts_queries.shifts_of_day(desk.pk, begin, end)
    reports = visible_reports(user).filter(case__drill__isnull=True, begun_at__lt=end, case_id__in=[case.pk for case in cases])
    instructions = [describe_entry(entry) for entry in queries.instructions_of_day(desk.pk, begin, end)]
    return {
        "desk": str(desk),
        "desk_id": desk.pk,
        "region_code": region,
        "begin": begin,
        "end": end,
        "is_over": end <= now,
        "shift_id": next((shift.pk for shift in shifts if shift.began_at >= begin), None),
        "figures": [{"name": name, "words": str(words), "number": getattr(figures, name)} for name, words in DAY_NAMES.items()],
        "shifts": [describe_shift(shift, now) for shift in shifts],
        "cases": [
            {
                **describe_case(case),
                "class": AlarmLevel(case.peak_level).name.lower(),
                "newest": describe_change(lines[case.pk])["sentence"] if case.pk in lines else "",
            }
            for case in cases
        ],
        "reports": [describe_report(one, now) for one in reports],
        "instructions": instructions,
    }
