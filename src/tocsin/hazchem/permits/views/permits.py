"""Permits: the list of all, and one with what lacks and the acts that are the reader's turn."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.hazchem.installations.queries.units import may_keep
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries import permits as queries
from tocsin.hazchem.permits.rules.gas import GasFigures
from tocsin.hazchem.permits.rules.kinds import OVER, PermitState, SigningRole
from tocsin.hazchem.permits.services import permits as services
from tocsin.hazchem.permits.services import work
from tocsin.hazchem.permits.shown import names
from tocsin.hazchem.permits.shown.detectors import describe_detectors
from tocsin.hazchem.permits.shown.groups import GROUPS
from tocsin.hazchem.permits.shown.permits import describe_permit, describe_whole
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters, read_rows
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.lists.tables import Column, ordered
from tocsin.screens.request import actor_of
from tocsin.supervision.face import visible_objects

COLUMNS = (
    *("number", "firm", "kind_name", "grade_name", "work", "place", "begins_at", "ends_at", "state_name"),
    *("applicant", "analyst", "watcher", "approver"),
)
TABLE = (
    Column("number", gettext_lazy("Number"), order="number", falling=True, fixed=True),
    Column("firm", gettext_lazy("Firm")),
    Column("kind", gettext_lazy("Kind"), order="kind"),
    Column("work", pgettext_lazy("work permit", "Work")),
    Column("time", gettext_lazy("Time"), order="begins_at", falling=True),
    Column("state", gettext_lazy("State")),
    Column("next", gettext_lazy("Next signs")),
)
EMPTY = EmptyState(
    gettext_lazy("A work permit is entered by the firm before hot work, work in confined spaces and the like begins.")
)


@dataclass(frozen=True)
class Filters:
    """Which permits the list shows."""

    q: str = ""
    which: queries.Which = ""
    kind: str = ""
    plant_unit: UUID | None = None


@dataclass(frozen=True)
class ToxicRow:
    """A toxic substance of a gas test, in mg/m³."""

    toxic: str
    mg_m3: float | None


@never_cache
@require_GET
def work_permits(request: HttpRequest) -> HttpResponse:
    """Permits of firms that the reader sees, those that begin last first."""
    chosen = read_filters(Filters, request.GET)
    found = ordered(request, queries.search_permits(request.user, **asdict(chosen)), TABLE)
    choices = [
        ("open", _("not over")),
        ("running", _("work goes on")),
        ("signing", _("being signed")),
        ("stopped", _("stopped")),
        ("over", _("over")),
    ]
    firms = [
        one for one in visible_objects(request.user).filter(kind__in=("enterprise", "site"))[:5] if may_keep(request.user, one)
    ]
    return list_file(request, found, "work-permits", COLUMNS, describe_permit) or list_page(
        request,
        found,
        "hazchem/permits/permits.html",
        empty=EMPTY,
        part="",
        describe=describe_permit,
        table=TABLE,
        groups=GROUPS,
        context={"chosen": chosen, "choices": choices, "kinds": names.KIND_NAMES.items(), "firms": firms},
    )


@never_cache
@require_GET
def work_permit(request: HttpRequest, work_permit_id: UUID) -> HttpResponse:
    """One permit: what lacks and who must do it, what stands beside it, tests, measures, signatures, steps."""
    permit = queries.visible_permits(request.user).get(pk=work_permit_id)
    now = current_time()
    whole = describe_whole(permit, now)
    mine = {role for role, person in queries.named_in(permit).items() if person == request.user.pk}
    over, begun = permit.state in OVER, permit.state in (PermitState.RUNNING, PermitState.PAUSED)
    tester = SigningRole.ANALYST in mine or (begun and SigningRole.WATCHER in mine)
    at_work = bool(mine & {SigningRole.APPLICANT, SigningRole.WATCHER})
    toxics = [(one.code, names.in_words(one), one.limit) for one in permit_policy().toxic if one.code in permit.toxics]
    asked = queries.asked_of(permit)
    context = {
        "permit": whole,
        "mine": mine,
        "open_measures": any(one.done is None for one in whole.measures),
        "site": [one for one in whole.entries if one.act != "tick" or one.conflict],
        "over": over,
        "my_turn": whole.next_role in mine,
        "accepts": whole.next_role == SigningRole.APPROVER and any(not one.forbids for one in whole.beside),
        "may_test": tester and queries.row_of(permit).gas_test and permit.state != PermitState.DRAFT and not over,
        "asks_flammable": asked.lel_percent is not None,
        "asks_oxygen": asked.oxygen,
        "toxics": toxics,
        "detectors": [],
        "may_tick": SigningRole.WATCHER in mine and not over,
        "may_start": at_work and permit.state in (PermitState.APPROVED, PermitState.PAUSED),
        "may_pause": at_work and permit.state == PermitState.RUNNING,
        "may_close": bool(mine - {SigningRole.ANALYST}) and queries.may_be_closed(permit),
        "may_stop": begun and may_keep(request.user, permit.object),
        "may_extend": SigningRole.APPROVER in mine and (begun or permit.state == PermitState.APPROVED),
        "may_change": SigningRole.APPLICANT in mine and permit.state in (PermitState.DRAFT, PermitState.SIGNING),
        "may_expect": not over and may_keep(request.user, permit.object),
        "may_cancel": not over and not begun and may_keep(request.user, permit.object),
    }
    if context["may_test"]:
        context["detectors"] = describe_detectors(permit, now)
    return render(request, "hazchem/permits/permit.html", context)


def _sign(request: HttpRequest, permit: WorkPermit, *, joint: bool = False) -> str:
    services.sign_permit(actor=actor_of(request), permit_id=permit.pk, joint=joint, now=current_time())
    return _("Signed. Whoever signs next is told.")


def _test(
    request: HttpRequest,
    permit: WorkPermit,
    *,
    place: Line,
    flammable_percent: float | None,
    oxygen_percent: float | None,
    sensor: UUID | None = None,
) -> str:
    rows = read_rows(ToxicRow, request.POST)
    toxics = {row.toxic: row.mg_m3 for row in rows if row.toxic and row.mg_m3 is not None}
    figures = GasFigures(flammable_percent=flammable_percent, oxygen_percent=oxygen_percent, toxics=toxics)
    made = work.test_gas(
        actor=actor_of(request), permit_id=permit.pk, figures=figures, place=place, sensor_id=sensor, now=current_time()
    )
    return _("The gas test holds.") if made.good else _("The gas test does not hold: nobody begins, and work that goes on stops.")


def _tick(request: HttpRequest, permit: WorkPermit, *, done: list[str], without: list[str]) -> str:
    work.tick_measures(actor=actor_of(request), permit_id=permit.pk, done=done, without=without, now=current_time())
    return _("The measures are kept.")


def _start(request: HttpRequest, permit: WorkPermit) -> str:
    work.start_work(actor=actor_of(request), permit_id=permit.pk, now=current_time())
    return _("Work goes on.")


def _pause(request: HttpRequest, permit: WorkPermit) -> str:
    work.pause_work(actor=actor_of(request), permit_id=permit.pk, now=current_time())
    return _("Work rests.")


def _stop(request: HttpRequest, permit: WorkPermit, *, reason: Line) -> str:
    work.stop_work(actor=actor_of(request), permit_id=permit.pk, reason=reason, now=current_time())
    return _("Work is stopped, and all concerned are told.")


def _extend(request: HttpRequest, permit: WorkPermit, *, ends_at: datetime) -> str:
    work.extend_permit(actor=actor_of(request), permit_id=permit.pk, ends_at=ends_at, now=current_time())
    return _("The end is another.")


def _close(request: HttpRequest, permit: WorkPermit) -> str:
    work.close_permit(actor=actor_of(request), permit_id=permit.pk, now=current_time())
    return _("The permit is closed.")


def _cancel(request: HttpRequest, permit: WorkPermit, *, reason: Line) -> str:
    services.cancel_permit(actor=actor_of(request), permit_id=permit.pk, reason=reason, now=current_time())
    return _("The permit is cancelled.")


PERMIT_ACTS: dict[str, Act] = {
    "sign": _sign,
    "test": _test,
    "tick": _tick,
    "start": _start,
    "pause": _pause,
    "stop": _stop,
    "extend": _extend,
    "close": _close,
    "cancel": _cancel,
}


@require_POST
def act_on_permit(request: HttpRequest, work_permit_id: UUID, name: str) -> HttpResponse:
    """One act upon a permit, by its name."""
    permit = queries.visible_permits(request.user).get(pk=work_permit_id)
    perform_and_tell(request, PERMIT_ACTS, name, request, permit)
    return redirect("work_permit", work_permit_id)
