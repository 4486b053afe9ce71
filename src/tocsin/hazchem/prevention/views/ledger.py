"""The risk ledger: the list of all events, and one with what stands against it."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.hazchem.installations.queries.units import may_keep, visible_units
from tocsin.hazchem.prevention.models import RiskEvent
from tocsin.hazchem.prevention.queries import ledger as queries
from tocsin.hazchem.prevention.rules.kinds import CheckPeriod, MeasureKind
from tocsin.hazchem.prevention.rules.sheets import CheckSheet, MeasureSheet
from tocsin.hazchem.prevention.services import checks, ledger
from tocsin.hazchem.prevention.shown import names
from tocsin.hazchem.prevention.shown.ledger import describe_event, describe_whole_event
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.face import key_roles, visible_objects

COLUMNS = (
    *("firm", "risk_object", "department", "person", "unit", "text", "cause", "consequence", "method_name", "scale"),
    *("likelihood", "severity", "exposure", "value", "colour_name", "measures", "failed", "assessed_at", "assessed_by"),
)
EMPTY = EmptyState(gettext_lazy("Risk events are entered by the firm, or come from a table."))


@dataclass(frozen=True)
class Filters:
    """Which events the list shows."""

    q: str = ""
    which: queries.WhichRisk = ""
    method: str = ""
    firm: UUID | None = None


@never_cache
@require_GET
def risk_events(request: HttpRequest) -> HttpResponse:
    """Events of firms that the reader sees, the gravest first."""
    chosen = read_filters(Filters, request.GET)
    found = queries.search_events(request.user, **asdict(chosen))
    choices = [
        *((colour, name) for colour, name in names.COLOUR_NAMES.items()),
        ("failed", _("a measure has failed")),
        ("unmeasured", _("nothing stands against it")),
        ("unchecked", _("a measure is not checked")),
    ]
    firms = [
        one for one in visible_objects(request.user).filter(kind__in=("enterprise", "site"))[:5] if may_keep(request.user, one)
    ]
    context = {"chosen": chosen, "choices": choices, "methods": names.METHOD_NAMES.items(), "firms": firms}
    return list_file(request, found, "risk-ledger", COLUMNS, describe_event) or list_page(
        request, found, "hazchem/prevention/events.html", empty=EMPTY, part="", describe=describe_event, context=context
    )


@never_cache
@require_GET
def risk_event(request: HttpRequest, risk_event_id: UUID) -> HttpResponse:
    """One event: its grade, its measures with their checks, and the acts of who keeps the ledger."""
    event = queries.visible_events(request.user).get(pk=risk_event_id)
    keeps = may_keep(request.user, event.object)
    context = {
        "event": describe_whole_event(event, queries.measures_of(event), current_time()),
        "keeps": keeps,
        "kinds": names.MEASURE_NAMES.items(),
        "periods": names.PERIOD_NAMES.items(),
        "people": [(str(one.pk), str(one)) for one in queries.people_of_firm(event.object)] if keeps else [],
        "roles": key_roles() if keeps else [],
        "units": [(str(one.pk), one.name) for one in visible_units(request.user).filter(object=event.object_id)[:200]],
        "tied": str(event.unit.plant_unit_id or ""),
        "answers": str(event.unit.risk_object.person_id or ""),
    }
    return render(request, "hazchem/prevention/event.html", context)


def _enter_measure(request: HttpRequest, event: RiskEvent, *, kind: MeasureKind, text: Line) -> str:
    ledger.enter_measure(actor=actor_of(request), event_id=event.pk, sheet=MeasureSheet(kind=kind, text=text))
    return _("The measure is entered. Plan who checks it.")


def _change_measure(request: HttpRequest, event: RiskEvent, *, measure: UUID, kind: MeasureKind, text: Line) -> str:
    ledger.change_measure(actor=actor_of(request), measure_id=measure, sheet=MeasureSheet(kind=kind, text=text))
    return _("The measure is changed.")


def _withdraw_measure(request: HttpRequest, event: RiskEvent, *, measure: UUID) -> str:
    ledger.withdraw_measure(actor=actor_of(request), measure_id=measure)
    return _("The measure is withdrawn.")


def _plan_check(
    request: HttpRequest,
    event: RiskEvent,
    *,
    measure: UUID,
    text: Line,
    period: CheckPeriod,
    person: UUID | None = None,
    role: Line = "",
) -> str:
    sheet = CheckSheet(text=text, period=period, person_id=person, role=role)
    checks.plan_check(actor=actor_of(request), measure_id=measure, sheet=sheet, now=current_time())
    return _("The check is planned.")


def _change_check(
    request: HttpRequest,
    event: RiskEvent,
    *,
    check: UUID,
    text: Line,
    period: CheckPeriod,
    person: UUID | None = None,
    role: Line = "",
) -> str:
    sheet = CheckSheet(text=text, period=period, person_id=person, role=role)
    checks.change_check(actor=actor_of(request), check_id=check, sheet=sheet, now=current_time())
    return _("The check is changed.")


def _withdraw_check(request: HttpRequest, event: RiskEvent, *, check: UUID) -> str:
    checks.withdraw_check(actor=actor_of(request), check_id=check)
    return _("The check is withdrawn.")


def _withdraw(request: HttpRequest, event: RiskEvent) -> str:
    ledger.withdraw_event(actor=actor_of(request), event_id=event.pk)
    return _("The event is withdrawn.")


EVENT_ACTS: dict[str, Act] = {
    "measure": _enter_measure,
    "change-measure": _change_measure,
    "withdraw-measure": _withdraw_measure,
    "plan-check": _plan_check,
    "change-check": _change_check,
    "withdraw-check": _withdraw_check,
    "withdraw": _withdraw,
}


@require_POST
def act_on_event(request: HttpRequest, risk_event_id: UUID, name: str) -> HttpResponse:
    """One act upon an event, by its name."""
    event = queries.visible_events(request.user).get(pk=risk_event_id)
    attempt = perform_and_tell(request, EVENT_ACTS, name, request, event)
    if name == "withdraw" and attempt.done:
        return redirect("risk_events")
    return redirect("risk_event", risk_event_id)
