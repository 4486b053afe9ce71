"""Tags, gateways and plans are entered, changed and withdrawn by the firm's own people, with the audit entry."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.positioning.frames import FittedFrame, ReferencePoint, fit_frame
from tocsin.hazchem.positions.models import PlantPlan, PositionGateway, PositionTag
from tocsin.hazchem.positions.policy import position_policy
from tocsin.hazchem.positions.queries.sight import own_firm
from tocsin.hazchem.positions.queries.tags import holders_of, own_device, own_tags, visible_gateways, visible_plans
from tocsin.hazchem.positions.rules.tags import GatewaySheet, TagSheet, check_gateway, check_points, check_tag
from tocsin.records.face import record_audit
from tocsin.supervision.face import require_firm

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supervision.face import SupervisedObject


@transaction.atomic
def enter_tag(*, actor: "User", object_id: UUID, sheet: TagSheet, now: datetime) -> PositionTag:
    """A tag and its holder. Conflict where the firm has the number in use already."""
    firm = own_firm(actor, object_id)
    check_tag(sheet)
    tag = PositionTag(object=firm, region_code=firm.region_code, held_since=now)
    _fill(tag, sheet, firm)
    _save(tag, _("The firm has a tag %(number)s in use already.") % {"number": tag.number})
    _note(actor, "position_tag.entered", tag)
    return tag


@transaction.atomic
def change_tag(*, actor: "User", tag_id: UUID, sheet: TagSheet, now: datetime) -> PositionTag:
    """What a tag is, anew. With another holder or number what was sent before is shown under nobody's name any more."""
    tag = _held_tag(actor, tag_id)
    check_tag(sheet)
    before = (tag.holder, tag.person_id, tag.number)
    _fill(tag, sheet, tag.object)
    if before != (tag.holder, tag.person_id, tag.number):
        tag.held_since = now
    _save(tag, _("The firm has a tag %(number)s in use already.") % {"number": tag.number})
    _note(actor, "position_tag.changed", tag)
    return tag


@transaction.atomic
def withdraw_tag(*, actor: "User", tag_id: UUID, now: datetime) -> None:
    """A tag that is not carried any more; its number may be given anew."""
    tag = _held_tag(actor, tag_id)
    tag.withdrawn_at = now
    tag.save(update_fields=["withdrawn_at"])
    _note(actor, "position_tag.withdrawn", tag)


@transaction.atomic
def enter_gateway(*, actor: "User", object_id: UUID, sheet: GatewaySheet) -> PositionGateway:
    """What sends positions of the firm's plant. Conflict for a code that is taken."""
    firm = own_firm(actor, object_id)
    check_gateway(sheet)
    gateway = PositionGateway(object=firm, region_code=firm.region_code)
    _fill_gateway(actor, gateway, sheet)
    told = {"code": gateway.code, "device": sheet.device_code.strip()}
    record_audit(actor, "position_gateway.entered", "position_gateway", gateway.pk, firm.region_code, told)
    return gateway


@transaction.atomic
def change_gateway(*, actor: "User", gateway_id: UUID, sheet: GatewaySheet, active: bool) -> PositionGateway:
    """What a gateway is, anew; what is out of service is refused."""
    gateway = _held_gateway(actor, gateway_id)
    check_gateway(sheet)
    gateway.active = active
    _fill_gateway(actor, gateway, sheet)
    device = gateway.device.code if gateway.device else ""
    told = {"code": gateway.code, "active": active, "plan": str(gateway.plan or ""), "device": device}
    record_audit(actor, "position_gateway.changed", "position_gateway", gateway.pk, gateway.region_code, told)
    return gateway


@transaction.atomic
def set_plan(*, actor: "User", object_id: UUID, name: str, points: tuple[ReferencePoint, ...]) -> tuple[PlantPlan, FittedFrame]:
    """A plan of the firm by its name, new or with other points, and how well they fit.

    InvalidInput names the point that lies farther off than policy allows.
    """
    firm = own_firm(actor, object_id)
    name = name.strip()[:60]
    if not name:
        raise InvalidInput(_("A plan has a name."))
    fit = check_plan(points)
    plan = PlantPlan.objects.filter(object=firm, name=name).first() or PlantPlan(
        object=firm, region_code=firm.region_code, name=name
    )
    plan.points = [[one.x, one.y, one.lon, one.lat] for one in points]
    plan.save()
    told = {"name": name, "points": len(points), "worst_m": fit.worst_m}
    record_audit(actor, "plant_plan.set", "plant_plan", plan.pk, firm.region_code, told)
    return plan, fit


@transaction.atomic
def withdraw_plan(*, actor: "User", plan_id: UUID) -> None:
    """A plan that no gateway uses. Conflict while one does."""
    plan = visible_plans(actor).get(pk=plan_id)
    require_firm(actor, plan.object)
    if gateway := plan.gateways.first():
        raise Conflict(_("Gateway %(code)s sends coordinates of this plan.") % {"code": gateway.code})
    record_audit(actor, "plant_plan.withdrawn", "plant_plan", plan.pk, plan.region_code, {"name": plan.name})
    plan.delete()


def check_plan(points: tuple[ReferencePoint, ...]) -> FittedFrame:
    """How reference points fit; InvalidInput where they don't."""
    check_points(points)
    policy = position_policy().plans
    fit = fit_frame(points, least_apart_m=policy.least_apart_m)
    if fit.worst_m is not None and fit.worst_m > policy.worst_m:
        number = fit.errors_m.index(fit.worst_m) + 1
        raise InvalidInput(
            "reference point %(number)s lies %(metres)s m off where the others put it; at most %(most)s m: measure it anew",
            number=number,
            metres=f"{fit.worst_m:.1f}",
            most=f"{policy.worst_m:g}",
        )
    return fit


def _held_tag(actor: "User", tag_id: UUID) -> PositionTag:
    own_tags(actor).get(pk=tag_id)
    return PositionTag.objects.select_for_update(of=("self",)).select_related("object").get(pk=tag_id)


def _held_gateway(actor: "User", gateway_id: UUID) -> PositionGateway:
    visible_gateways(actor).get(pk=gateway_id)
    return PositionGateway.objects.select_for_update(of=("self",)).select_related("object").get(pk=gateway_id)


def _fill(tag: PositionTag, sheet: TagSheet, firm: "SupervisedObject") -> None:
    if sheet.person_id is not None and not holders_of(firm).filter(pk=sheet.person_id).exists():
        raise InvalidInput(_("Only accounts of the firm's own people carry its tags."))
    for name, value in asdict(sheet).items():
        setattr(tag, name, value.strip() if isinstance(value, str) else value)


def _fill_gateway(actor: "User", gateway: PositionGateway, sheet: GatewaySheet) -> None:
    gateway.code, gateway.name, gateway.datum = sheet.code.strip(), sheet.name.strip(), sheet.datum
    gateway.device = own_device(gateway.object, sheet.device_code)
    gateway.plan = None
    if sheet.plan.strip():
        gateway.plan = visible_plans(actor).filter(object=gateway.object_id, name=sheet.plan.strip()).first()
        if gateway.plan is None:
            raise InvalidInput(
                _("The firm has no plan “%(name)s”: enter its reference points first.") % {"name": sheet.plan[:60]}
            )
    _save(gateway, _("There is a gateway %(code)s already.") % {"code": gateway.code})


def _save(row: PositionTag | PositionGateway, refusal: str) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(refusal) from None


def _note(actor: "User", act: str, tag: PositionTag) -> None:
    told = {"number": tag.number, "kind": str(tag.kind), "holder": tag.holder}
    record_audit(actor, act, "position_tag", tag.pk, tag.region_code, told)
