"""What a report says: as it was saved, else what the case says for it before anybody has written."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from django.utils import timezone
from django.utils.formats import date_format

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import time_line_of
from tocsin.command.casebook.queries.places import centre_of
from tocsin.command.casebook.rules.cases import DeclarationKind
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.shown import outcomes as handling
from tocsin.command.casebook.shown.cases import CaseOut, describe_case
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.orders.queries.orders import orders_of
from tocsin.command.reports.models import Report
from tocsin.command.reports.queries.reports import last_told, measures_of
from tocsin.command.reports.rules.reports import DEFAULT_EVENT, Casualties, Content

_NOT_IN_COURSE = (
    "joined",
    "moved",
    "moved_there",
    "undone",
    "proposed",
    "declined",
    "clock",
    "clock_held",
    "merged_there",
    "split_there",
)
MOST_LINES = 40


def content_of(report: Report) -> Content:
    """What the report says: as it was saved, else what the case says now."""
    if report.content:
        return msgspec.convert(report.content, Content)
    return prefilled(report.case)


def prefilled(case: Case) -> Content:
    """What the case knows of the parts of order 493 Art. 12; what was told last of casualties and by whom goes on."""
    told = last_told(case)
    before = msgspec.convert(told.content, Content) if told is not None else None
    words = describe_case(case)
    spot = f" ({words.lon:.5f}, {words.lat:.5f})" if words.lon is not None and words.lat is not None else ""
    return Content(
        event=before.event if before else DEFAULT_EVENT,
        unit=before.unit if before else _unit(case),
        occurred_at=before.occurred_at if before else case.begun_at,
        place=before.place if before else f"{words.place}{spot}",
        scene=_scene(case, words),
        course="\n".join(_course(case)),
        casualties=before.casualties if before else Casualties(),
        measures="\n".join(_measures(case)),
        other=before.other if before else "",
        contact=before.contact if before else _contact(case),
    )


def _unit(case: Case) -> str:
    lead = next((one for one in orders_of(case) if one.role == OrderRole.LEAD), None)
    return str(lead.unit) if lead else ""


def _contact(case: Case) -> str:
    """The desk that runs the case, with its telephone number."""
    centre = centre_of(case.region_code, case.begun_at)
    return " ".join(filter(None, (str(centre), centre.telephone))) if centre else ""


def _scene(case: Case, words: CaseOut) -> str:
    declared = [
        f"{handling.DECLARATION_NAMES[DeclarationKind(one.kind)]}: {one.text}" for one in case.declarations.filter(ended_at=None)
    ]
    return "\n".join([f"{words.title} · {words.level_name} · {words.state_name}", *declared])


def _course(case: Case) -> list[str]:
    changes = time_line_of(case).exclude(act__in=_NOT_IN_COURSE).exclude(act__startswith="report_")
    told = [f"{_clock(one.at)} {describe_change(one).sentence}" for one in changes]
    return told if len(told) <= MOST_LINES else [*told[: MOST_LINES // 2], "…", *told[-MOST_LINES // 2 :]]


def _measures(case: Case) -> Iterable[str]:
    for entry in measures_of(case):
        yield f"{_clock(entry.at)} {entry.order.unit}: {entry.data.get('text', '') or entry.act}"


def _clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "m-d H:i")
