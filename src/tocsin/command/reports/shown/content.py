"""What a report says: as it was saved, else what the case says for it before anybody has written."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tocsin.base.decoding import convert
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import time_line_of
from tocsin.command.casebook.queries.places import centre_of
from tocsin.command.casebook.rules.cases import DeclarationKind
from tocsin.command.casebook.rules.order_states import OrderRole, OrderState
from tocsin.command.casebook.shown import outcomes as handling
from tocsin.command.casebook.shown.cases import CaseOut, describe_case
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.orders.queries.orders import orders_of
from tocsin.command.reports.models import Report
from tocsin.command.reports.queries.readings import Measured, extremes_of
from tocsin.command.reports.queries.reports import last_told
from tocsin.command.reports.rules.reports import DEFAULT_EVENT, Casualties, Content
from tocsin.screens.clock import current_time
from tocsin.screens.words import listed, measured, quantity_name

_GONE: Final = (OrderState.RETURNED, OrderState.PASSED_ON, OrderState.WITHDRAWN)
# Lines that tell the course of an event, and those that tell what was done against it; all else is for the time line alone.
_COURSE: Final = (
    *("opened", "opened_by_hand", "cause", "level_set", "declared", "declaration_ended", "reopened", "suspended", "resumed"),
    *("telephone_reading", "telephone_statement", "reported", "order_lead", "order_return", "order_arrive", "order_find_cause"),
    *("order_mend", "casualties", "ended"),
)
_MEASURES: Final = (
    *("plan_started", "task_done", "order_lead", "order_arrive", "order_control", "order_measure", "order_neighbours"),
    *("order_dig", "order_mend", "declared", "attached"),
)
_KINDS: Final = {"fire": "fire", "traffic": "traffic", "flood": "flood", "crowd": "crowd", "environment": "environment"}
MOST_LINES = 24


def content_of(report: Report) -> Content:
    """What the report says: as it was saved, else what the case says now."""
    if report.content:
        return convert(report.content, Content)
    return prefilled(report.case)


def prefilled_event(case: Case) -> str:
    """The kind of event that a case is of, as far as its own kind says so."""
    return _KINDS.get(case.kind, DEFAULT_EVENT)


def prefilled(case: Case) -> Content:
    """What the case knows of the parts of order 493 Art. 12; what was told last of casualties and by whom goes on."""
    told = last_told(case)
    before = convert(told.content, Content) if told is not None else None
    words = describe_case(case)
    spot = f" ({words.lon:.5f}, {words.lat:.5f})" if words.lon is not None and words.lat is not None else ""
    return Content(
        event=before.event if before else prefilled_event(case),
        unit=_unit(case) or (before.unit if before else ""),
        occurred_at=before.occurred_at if before else case.occurred_at or case.begun_at,
        place=before.place if before else f"{words.place}{spot}",
        scene="\n".join(_scene(case, words)),
        course="\n".join(_course(case)),
        casualties=before.casualties if before else Casualties(),
        measures="\n".join(_measures(case)),
        other=before.other if before else "",
        contact=(before.contact if before else "") or _contact(case),
    )


def _unit(case: Case) -> str:
    """The unit that leads, or led to the end; never one that sent its order back."""
    led = [one for one in orders_of(case) if one.role == OrderRole.LEAD and one.state not in _GONE]
    return str(led[-1].unit) if led else ""


def _contact(case: Case) -> str:
    """The desk that runs the case, with its telephone number."""
    centre = centre_of(case.region_code, case.begun_at)
    return " ".join(filter(None, (str(centre), centre.telephone))) if centre else ""


def _scene(case: Case, words: CaseOut) -> Iterable[str]:
    yield f"{words.title} · {words.last_level_name} · {words.state_name}"
    for one in extremes_of(case, now=current_time()):
        sentence = (
            _("%(quantity)s: lowest %(furthest)s, newest %(newest)s")
            if one.is_low
            else _("%(quantity)s: highest %(furthest)s, newest %(newest)s")
        )
        yield sentence % {
            "quantity": quantity_name(one.quantity),
            "furthest": _value(one.furthest),
            "newest": _value(one.newest),
        }
    for declared in case.declarations.filter(ended_at=None):
        yield f"{handling.DECLARATION_NAMES[DeclarationKind(declared.kind)]}: {declared.text}"


def _value(one: Measured) -> str:
    return _("%(value)s (%(at)s, %(by)s)") % {"value": measured(one.value, one.quantity), "at": _clock(one.at), "by": one.by}


def _course(case: Case) -> list[str]:
    """The lines that tell how it went; of what the machine thought the cause was only the first and the newest."""
    changes = list(time_line_of(case).filter(act__in=_COURSE))
    causes = [one.pk for one in changes if one.act == "cause"]
    told = [one for one in changes if one.act != "cause" or one.pk in (causes[0], causes[-1])]
    lines = [f"{_clock(one.at)} {describe_change(one).sentence}" for one in told]
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES // 2], "…", *lines[-MOST_LINES // 2 :]]


def _measures(case: Case) -> Iterable[str]:
    """Who was sent, minute by minute, then what was done."""
    sent: dict[str, list[str]] = {}
    for order in orders_of(case):
        sent.setdefault(_clock(order.sent_at), []).append(str(order.unit))
    for moment, units in sent.items():
        yield _("%(at)s sent: %(units)s") % {"at": moment, "units": listed(*units)}
    for change in time_line_of(case).filter(act__in=_MEASURES):
        yield f"{_clock(change.at)} {describe_change(change).sentence}"


def _clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "m-d H:i")
