"""The firm's own people keep tags, gateways and plans."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.datums import Datum
from tocsin.hazchem.positions.queries import tags as queries
from tocsin.hazchem.positions.queries.sight import own_firm
from tocsin.hazchem.positions.rules.tags import GatewaySheet, TagKind, TagSheet, read_points
from tocsin.hazchem.positions.services import register as services
from tocsin.hazchem.positions.shown import tags as told
from tocsin.hazchem.positions.shown.words import DATUM_NAMES, KIND_NAMES
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.request import Actor, actor_of


@never_cache
@require_GET
def register_of(request: HttpRequest, supervised_object_id: UUID) -> HttpResponse:
    """Tags are entered here, gateways and plans kept."""
    firm = own_firm(actor_of(request), supervised_object_id)
    gateways = queries.visible_gateways(request.user).filter(object=firm)
    context = {
        "firm": firm,
        "gateways": [
            (told.describe_gateway(one), [told.describe_fault(each) for each in queries.faults_of(one)]) for one in gateways
        ],
        "plans": [told.describe_plan(one) for one in queries.visible_plans(request.user).filter(object=firm)],
        "kinds": KIND_NAMES.items(),
        "people": queries.holders_of(firm),
        "datums": DATUM_NAMES.items(),
    }
    return render(request, "hazchem/positions/register.html", context)


def _tag(
    actor: Actor,
    firm_id: UUID,
    *,
    tag: Line,
    kind: TagKind,
    holder: Line,
    employer: Line,
    person: UUID | None = None,
    valid_until: datetime | None = None,
) -> str:
    sheet = TagSheet(number=tag, kind=kind, holder=holder, employer=employer, person_id=person, valid_until=valid_until)
    made = services.enter_tag(actor=actor, object_id=firm_id, sheet=sheet, now=current_time())
    return _("Tag %(number)s is entered.") % {"number": made.number}


def _gateway(
    actor: Actor, firm_id: UUID, *, sender: Line, title: Line, plan: Line, datum: Datum = Datum.CGCS2000, device: Line = ""
) -> str:
    sheet = GatewaySheet(code=sender, name=title, plan=plan, datum=datum, device_code=device)
    services.enter_gateway(actor=actor, object_id=firm_id, sheet=sheet)
    return _("The gateway is entered: it may send.")


def _plan(actor: Actor, firm_id: UUID, *, title: Line, points: str) -> str:
    _made, fit = services.set_plan(actor=actor, object_id=firm_id, name=title, points=read_points(points))
    if fit.worst_m is None:
        return _("The plan is kept. Two points tell no error: add a third one.")
    return _("The plan is kept; the worst point is %(metres)s m off.") % {"metres": f"{fit.worst_m:.2f}"}


REGISTER_ACTS: dict[str, Act] = {"tag": _tag, "gateway": _gateway, "plan": _plan}


@require_POST
def act_on_register(request: HttpRequest, supervised_object_id: UUID, name: str) -> HttpResponse:
    """A tag, a gateway or a plan is entered."""
    firm = own_firm(actor_of(request), supervised_object_id)
    perform_and_tell(request, REGISTER_ACTS, name, actor_of(request), firm.pk)
    return redirect("position_register", firm.pk)


def _change(
    actor: Actor,
    tag_id: UUID,
    *,
    tag: Line,
    kind: TagKind,
    holder: Line,
    employer: Line,
    person: UUID | None = None,
    valid_until: datetime | None = None,
) -> str:
    sheet = TagSheet(number=tag, kind=kind, holder=holder, employer=employer, person_id=person, valid_until=valid_until)
    services.change_tag(actor=actor, tag_id=tag_id, sheet=sheet, now=current_time())
    return _("The tag is changed.")


TAG_ACTS: dict[str, Act] = {"change": _change}


@require_POST
def act_on_tag(request: HttpRequest, position_tag_id: UUID, name: str) -> HttpResponse:
    """A tag is changed, or withdrawn."""
    found = queries.own_tags(request.user).get(pk=position_tag_id)
    if name == "withdraw":
        services.withdraw_tag(actor=actor_of(request), tag_id=found.pk, now=current_time())
        return redirect("position_register", found.object_id)
    perform_and_tell(request, TAG_ACTS, name, actor_of(request), found.pk)
    return redirect("position_tag", found.pk)


def _back_to_register(request: HttpRequest, position_gateway_id: UUID) -> HttpResponse:
    return redirect("position_register", queries.visible_gateways(request.user).get(pk=position_gateway_id).object_id)


@one_act(_back_to_register)
def change_gateway(
    request: HttpRequest,
    position_gateway_id: UUID,
    *,
    sender: Line,
    title: Line,
    plan: Line,
    datum: Datum = Datum.CGCS2000,
    device: Line = "",
    active: bool = False,
) -> str:
    """What a gateway is, anew."""
    sheet = GatewaySheet(code=sender, name=title, plan=plan, datum=datum, device_code=device)
    services.change_gateway(actor=actor_of(request), gateway_id=position_gateway_id, sheet=sheet, active=active)
    return _("The gateway is changed.")


@one_act("positions", alone=True)
def withdraw_plan(request: HttpRequest, plant_plan_id: UUID) -> str:
    """A plan that no gateway uses."""
    services.withdraw_plan(actor=actor_of(request), plan_id=plant_plan_id)
    return _("The plan is withdrawn.")
