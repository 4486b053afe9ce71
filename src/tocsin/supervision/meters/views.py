"""The list of meters with its file, and one meter with its history and what may be booked."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.engine.work.firm import Role
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.lists.tables import Column, ordered
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import as_csv
from tocsin.supervision.meters import queries
from tocsin.supervision.meters.rules import HEADINGS
from tocsin.supervision.meters.services import meters as services
from tocsin.supervision.meters.services.meters import Described, Hung
from tocsin.supervision.meters.services.tables import KIND
from tocsin.supervision.meters.shown import GROUPS, ROLE_NAMES, acts_told, describe_meter, describe_whole_meter
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

COLUMNS = (
    "object_code",
    "object",
    "code",
    "name",
    "role",
    "role_name",
    "rated_kw",
    "multiplier",
    "protects",
    "active",
    "last_at",
)
OTHERS = 4  # firms that the form of shares has rows for
TABLE = (
    Column("code", gettext_lazy("Meter"), order="code", fixed=True),
    Column("firm", gettext_lazy("Firm"), order="object__name"),
    Column("role", gettext_lazy("What it measures"), order="role"),
    Column("rated_kw", gettext_lazy("Rated power (kW)"), order="rated_kw", falling=True, number=True),
    Column("multiplier", gettext_lazy("Multiplier"), order="multiplier", falling=True, number=True),
    Column("last_at", gettext_lazy("Last reading"), number=True),
)
EMPTY = EmptyState(
    gettext_lazy("Meters come from a table."),
    link=gettext_lazy("From a file"),
    to="import_kind",
    args=("meters",),
    may="may_keep",
)


@dataclass(frozen=True)
class Filters:
    """Which meters are listed."""

    search: str = ""
    role: str = ""


@never_cache
@require_GET
def meters(request: HttpRequest) -> HttpResponse:
    """All meters within the reader's areas; who keeps the register takes tables over here."""
    return _list(request)


@require_GET
def moved_table(request: HttpRequest) -> HttpResponse:
    """Where tables of meters are given now."""
    return redirect("import_kind", KIND, permanent=True)


def _list(request: HttpRequest) -> HttpResponse:
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supervised objects."))
    chosen = read_filters(Filters, request.GET)
    found = ordered(request, queries.search_meters(request.user, **asdict(chosen)), TABLE)
    context = {
        "chosen": chosen,
        "roles": [(role.value, name) for role, name in ROLE_NAMES.items()],
        "may_keep": may_anywhere(request.user, rights.MANAGE),
    }
    return list_file(request, found, "meters", COLUMNS, describe_meter) or list_page(
        request,
        found,
        "supervision/meters/meters.html",
        empty=EMPTY,
        describe=describe_meter,
        context=context,
        table=TABLE,
        groups=GROUPS,
    )


@never_cache
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """The columns of a table of meters as a file, with the meters that are known."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supervised objects."))
    rows = []
    for one in queries.visible_meters(request.user).iterator(chunk_size=500):
        told = {"firm": one.object.code, "code": one.code, "role": one.role, "name": one.name, "rated_kw": one.rated_kw}
        rows.append({**told, "multiplier": one.multiplier, "protects": one.protects.code if one.protects is not None else ""})
    return as_csv("meters", tuple(HEADINGS), rows)


@never_cache
@require_GET
def meter(request: HttpRequest, meter_id: UUID) -> HttpResponse:
    """One meter: what hung there when, who shares it, what may be booked."""
    found = queries.visible_meters(request.user).get(pk=meter_id)
    periods = queries.in_order(queries.visible_periods(request.user).filter(meter=found))
    may_keep = may(request.user, rights.MANAGE, found.object.region_code)
    may_see_firms = may(request.user, rights.SEE, found.object.region_code)
    shown = describe_whole_meter(found, periods, all_firms=may_see_firms)
    holding = [one for one in shown.periods if one.withdrawn_at is None]
    context = {
        "meter": shown,
        "object": found.object,
        "hanging": holding[-1] if holding else None,
        "may_keep": may_keep,
        "roles": [(role.value, name) for role, name in ROLE_NAMES.items()],
        "lines": found.object.meters.filter(role=Role.PROCESS, active=True).exclude(pk=found.pk) if may_keep else (),
        "sensors": queries.free_sensors(request.user) if may_keep else (),
        "others": range(OTHERS),
        "now": current_time(),
    }
    return render(request, "supervision/meters/meter.html", context)


@act("work_of_firm")
def add(
    request: HttpRequest,
    object_id: UUID,
    *,
    code: str,
    role: str,
    name: str,
    rated_kw: float | None,
    protects: str,
    sensor: str,
    serial: str,
    multiplier: float | None,
    included: float | None,
    since: datetime | None,
) -> str:
    """A meter of a firm."""
    actor = actor_of(request)
    visible_objects(request.user).get(pk=object_id)
    services.add_meter(
        actor=actor,
        object_id=object_id,
        code=code,
        described=Described(role=role, name=name, rated_kw=rated_kw, protects=protects),
        hung=Hung(queries.sensor_named(actor, sensor), serial, multiplier, included),
        since=since,
        now=current_time(),
    )
    return acts_told()["add"]


def _change(actor: Actor, meter_id: UUID, *, role: str, name: str, rated_kw: float | None, protects: str) -> str:
    services.change_meter(actor=actor, meter_id=meter_id, described=Described(role, name, rated_kw, protects))
    return acts_told()["change"]


def _swap(
    actor: Actor,
    meter_id: UUID,
    *,
    sensor: str,
    serial: str,
    multiplier: float | None,
    included: float | None,
    at: datetime,
    note: str,
) -> str:
    hung = Hung(queries.sensor_named(actor, sensor), serial, multiplier, included)
    if hung.sensor_id is None:
        raise InvalidInput(_("Name the sensor that sends the readings, or take the meter down."))
    services.swap_meter(actor=actor, meter_id=meter_id, hung=hung, at=at, note=note, now=current_time())
    return acts_told()["swap"]


def _retire(actor: Actor, meter_id: UUID, *, at: datetime, note: str) -> str:
    services.retire_meter(actor=actor, meter_id=meter_id, at=at, note=note, now=current_time())
    return acts_told()["retire"]


def _share(actor: Actor, meter_id: UUID, *, firm: list[str], percent: list[str], at: datetime) -> str:
    shares: dict[UUID, float] = {}
    if len(firm) != len(percent):
        raise InvalidInput(_("Give a share for each firm."))
    for code, share in zip(firm, percent, strict=True):
        found = visible_objects(actor).filter(code=code.strip(), active=True).first()
        if found is None:
            raise InvalidInput(_("There is no firm “%(firm)s” that you may see.") % {"firm": code.strip()[:80]})
        try:
            shares[found.pk] = float(share) / 100.0
        except ValueError:
            raise InvalidInput(_("Shares lie between 0 and 100 %, and together make at most 100 %.")) from None
    services.share_meter(actor=actor, meter_id=meter_id, shares=shares, at=at, now=current_time())
    return acts_told()["share"]


ACTS: dict[str, Act] = {"change": _change, "swap": _swap, "retire": _retire, "share": _share}


@require_POST
def act_on_meter(request: HttpRequest, meter_id: UUID, name: str) -> HttpResponse:
    """Puts a meter right, books a swap, takes it down, or says who shares it."""
    found = queries.visible_meters(request.user).get(pk=meter_id)
    perform_and_tell(request, ACTS, name, actor_of(request), found.pk)
    return redirect("meter", found.pk)


def _correct(
    actor: Actor,
    period_id: UUID,
    *,
    sensor: str,
    serial: str,
    multiplier: float | None,
    included: float | None,
    since: datetime | None,
    note: str,
) -> str:
    hung = Hung(queries.sensor_named(actor, sensor), serial, multiplier, included)
    services.correct_period(actor=actor, period_id=period_id, hung=hung, since=since, note=note, now=current_time())
    return acts_told()["correct"]


@require_POST
def correct(request: HttpRequest, meter_period_id: UUID) -> HttpResponse:
    """What was booked was wrong."""
    row = queries.visible_periods(request.user).get(pk=meter_period_id)
    perform_and_tell(request, {"correct": _correct}, "correct", actor_of(request), row.pk)
    return redirect("meter", row.meter_id)
