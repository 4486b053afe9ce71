"""The list of alarms: open ones and those of the past, filtered."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import may_anywhere, people_who_may, region_of
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.many import ActField, ListAct, ListActs
from tocsin.screens.lists.maps import LEVEL_SHAPES, ListMap, MapPoint
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.lists.tables import Column, ordered
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.screens.words import LEVEL_NAMES, QUANTITY_NAMES
from tocsin.sensing.face import visible_devices
from tocsin.warning.alarms.queries.alarms import Place, search_alarms, shown_level, visible_alarms
from tocsin.warning.alarms.rules.states import PERMISSION_HANDLE, PERMISSION_SEE
from tocsin.warning.alarms.services import many
from tocsin.warning.alarms.shown.alarms import AlarmOut, place_of, shelf_times
from tocsin.warning.alarms.shown.device import told_of_device
from tocsin.warning.alarms.shown.groups import GROUPS
from tocsin.warning.alarms.shown.sentences import alarm_title
from tocsin.warning.alarms.shown.works import with_works, without_works

if TYPE_CHECKING:
    from tocsin.warning.alarms.models import Alarm

PAGE_SIZE = 50
COLUMNS = (
    *("title", "place", "state_name", "level_name", "value", "limit", "unit", "quantity", "rule", "region_code", "asset_code"),
    *("raised_at", "acknowledged_at", "acknowledged_by", "confirmed_at", "confirmed_by"),
    *("returned_at", "closed_at", "count", "case_number", "lon", "lat"),
)
STATE_CHOICES = (
    ("open", gettext_lazy("Open")),
    ("unacknowledged", gettext_lazy("Unacknowledged")),
    ("unconfirmed", gettext_lazy("Not confirmed")),
    ("shelved", gettext_lazy("Shelved")),
    ("suppressed", gettext_lazy("Silent")),
    ("out_of_service", gettext_lazy("Out of service")),
    ("closed", gettext_lazy("Over")),
    ("all", gettext_lazy("All")),
)
TABLE = (
    Column("level", gettext_lazy("Level"), order="shown_level", falling=True),
    Column("title", gettext_lazy("What was measured"), fixed=True),
    Column("place", gettext_lazy("Place")),
    Column("state", gettext_lazy("State")),
    Column("raised", gettext_lazy("Raised"), order="raised_at", falling=True),
    Column("acknowledged", gettext_lazy("Acknowledged"), order="acknowledged_at", falling=True),
    Column("case", gettext_lazy("Case"), order="case_number", falling=True),
    Column("cause", gettext_lazy("Possible cause")),
)
EMPTY = EmptyState(gettext_lazy("An alarm rings when readings break a rule."), over="state=all")


@dataclass(frozen=True)
class Filters:
    """How the list of alarms is cut."""

    state: Literal["open", "unacknowledged", "unconfirmed", "shelved", "suppressed", "out_of_service", "closed", "all"] = "open"
    level: Literal["", "1", "2", "3", "4"] = ""
    quantity: str = ""
    search: str = ""
    cover: UUID | None = None
    region: str = ""
    street: str = ""
    pipe: UUID | None = None
    rule: str = ""


@require_GET
def alarms(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    if not may_anywhere(request.user, PERMISSION_SEE):
        raise NotAllowed(_("Your roles do not show you alarms."))
    chosen = read_filters(Filters, request.GET)
    found = search_alarms(
        request.user,
        state=chosen.state,
        level=int(chosen.level) if chosen.level else None,
        quantity=chosen.quantity,
        search=chosen.search,
        cover_id=chosen.cover,
        place=Place(chosen.region, chosen.street, chosen.pipe),
        rule=chosen.rule,
    )
    found = ordered(request, found, TABLE)
    context = {
        "chosen": chosen,
        "states": STATE_CHOICES,
        "levels": [(str(level.value), LEVEL_NAMES[level.value]) for level in sorted(AlarmLevel, reverse=True) if level],
        "quantities": list(QUANTITY_NAMES.items()),
    }
    return list_file(request, found, "alarms", COLUMNS, lambda row: AlarmOut.from_orm(without_works(row)), MOST_IN_A_FILE) or (
        list_page(
            request,
            found,
            "warning/alarms/alarms.html",
            empty=EMPTY,
            describe_page=_describe,
            context=context,
            table=TABLE,
            groups=GROUPS,
            acts=_acts_of(request),
            places=ListMap(_points),
        )
    )


def _describe(rows: list["Alarm"]) -> list[AlarmOut]:
    return [AlarmOut.from_orm(one) for one in with_works(rows)]


@require_GET
def alarms_of_device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """The newest of one device, as a part of its page that looks again by itself."""
    device = visible_devices(request.user).get(pk=device_id)
    context = told_of_device(device, request.user)
    if context is None:
        raise NotAllowed(_("Your roles do not show you alarms."))
    return render(request, "warning/alarms/of_device.html#rows", {"section": context})


def _points(rows: list["Alarm"]) -> list[MapPoint]:
    return [
        MapPoint(
            *(one.lon, one.lat, alarm_title(one), place_of(one), reverse("alarm", args=[one.pk])),
            LEVEL_SHAPES.get(shown_level(one), "plain") if one.closed_at is None else "plain",
        )
        for one in rows
    ]


def _acknowledge(actor: Actor, alarm_id: UUID, *, reason: Line = "") -> None:
    many.act_on_one_of_many(actor, alarm_id, many.ActOnMany.ACKNOWLEDGE, reason=reason)


def _shelve(actor: Actor, alarm_id: UUID, *, reason: Line = "", minutes: int) -> None:
    until = current_time() + timedelta(minutes=minutes)
    many.act_on_one_of_many(actor, alarm_id, many.ActOnMany.SHELVE, reason=reason, until=until)


def _assign(actor: Actor, alarm_id: UUID, *, reason: Line = "", person: UUID | None) -> None:
    many.act_on_one_of_many(actor, alarm_id, many.ActOnMany.ASSIGN, reason=reason, person_id=person)


def _acts_of(request: HttpRequest) -> ListActs | None:
    """What the reader may do with several alarms; None for who only looks."""
    actor = actor_of(request)
    if not may_anywhere(request.user, PERMISSION_HANDLE):
        return None
    people = [("", _("nobody")), *((one.pk, str(one)) for one in people_who_may(PERMISSION_HANDLE, region_of(actor)))]
    reason = ActField("reason", gettext_lazy("Reason"))
    minutes = ActField("minutes", gettext_lazy("For how long"), shelf_times())
    person = ActField("person", gettext_lazy("Who looks after it"), people)
    acts = (
        ListAct("acknowledge", gettext_lazy("Acknowledge"), _acknowledge, "check", (reason,), urgent=True),
        ListAct("shelve", gettext_lazy("Shelve"), _shelve, "timer", (reason, minutes)),
        ListAct("assign", gettext_lazy("Assign"), _assign, "user-plus", (reason, person)),
    )
    return ListActs(acts, visible_alarms, lambda one: f"{alarm_title(one)}, {place_of(one)}", "alarm")
