"""The daily brief of a duty day as people and programs read it."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Schema

from tocsin.base.errors import InvalidInput
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.moments import EARLIEST_YEAR
from tocsin.command.casebook.shown.cases import describe_case, level_class
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.duty import queries
from tocsin.command.duty.shown.shifts import LogEntryOut, ShiftOut, describe_entry, describe_shift
from tocsin.command.reports.queries.reports import visible_reports
from tocsin.command.reports.shown.reports import describe_report
from tocsin.command.shifts import queries as shifts_queries
from tocsin.command.shifts.policy import duty_policy
from tocsin.screens.shapes import OnPages
from tocsin.screens.words import short_moment

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


class BriefFigureOut(Schema):
    name: str
    words: str
    number: int


class BriefOut(Schema):
    """The daily brief; drills are left out."""

    desk: str
    desk_id: UUID
    region_code: str
    begin: datetime
    end: datetime
    is_over: bool
    figures: list[BriefFigureOut]
    shifts: list[ShiftOut]
    cases: list[dict[str, Any]]
    reports: list[dict[str, Any]]
    instructions: list[LogEntryOut]
    shift_id: OnPages[UUID | None]


def duty_day(moment: datetime) -> tuple[datetime, datetime]:
    """The duty day that the moment lies in: from one local morning's hour to the next."""
    begins = duty_policy().desk.day_begins
    local = timezone.localtime(moment)
    begin = local.replace(hour=begins.hour, minute=begins.minute, second=0, microsecond=0)
    if local < begin:
        begin -= timedelta(days=1)
    return begin, begin + timedelta(days=1)


def day_to_read(now: datetime) -> datetime:
    """A moment of the duty day whose brief people ask for: the one that has just ended, for some hours of the new one."""
    begin, _end = duty_day(now)
    return begin - timedelta(seconds=1) if now - begin < duty_policy().desk.brief_last_for else now


def begin_of(day: date) -> datetime:
    """When the duty day of that local date begins; InvalidInput for a date that no brief can be of."""
    if not EARLIEST_YEAR <= day.year < EARLIEST_YEAR + 200:
        raise InvalidInput(_("There is no brief of that day."))
    return timezone.make_aware(datetime.combine(day, duty_policy().desk.day_begins))


def _after(case: Case, end: datetime) -> str:
    """What became of a case after the day: it was open at its end, whatever its state says today."""
    if case.closed_at is None or case.closed_at < end:
        return ""
    return _("open at the end of the day, closed %(at)s") % {"at": short_moment(case.closed_at)}


def daily_brief(user: "Person", desk: "Organisation", *, moment: datetime, now: datetime) -> BriefOut:
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
    of_day = Q(begun_at__range=(begin, end)) | Q(sent_at__range=(begin, end))
    reports = visible_reports(user).filter(of_day, case__drill__isnull=True, region_code=region)
    instructions = [describe_entry(entry) for entry in queries.instructions_of_day(desk.pk, begin, end)]
    return BriefOut(
        desk=str(desk),
        desk_id=desk.pk,
        region_code=region,
        begin=begin,
        end=end,
        is_over=end <= now,
        shift_id=next((shift.pk for shift in shifts if shift.began_at >= begin), None),
        figures=[BriefFigureOut(name=name, words=str(words), number=getattr(figures, name)) for name, words in DAY_NAMES.items()],
        shifts=[describe_shift(shift, now) for shift in shifts],
        cases=[
            {
                **dict(describe_case(case)),
                "after": _after(case, end),
                "class": level_class(case.peak_level),
                "newest": describe_change(lines[case.pk]).sentence if case.pk in lines else "",
            }
            for case in cases
        ],
        reports=[dict(describe_report(one, now)) for one in reports],
        instructions=instructions,
    )
