"""Loading orders are entered, changed, stopped, ended; those whose window passed are told, those beside a danger stopped."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import system_actor
from tocsin.records.face import record_audit
from tocsin.supervision.face import SupervisedObject, visible_objects
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.shown import kind_name
from tocsin.vision.vehicles.models import LoadingOrder
from tocsin.vision.vehicles.policy import vehicle_policy
from tocsin.vision.vehicles.queries import keeps_orders, sightings_that_stop, visible_orders
from tocsin.vision.vehicles.rules.orders import (
    WITH_REASON,
    LoadingAct,
    LoadingState,
    OrderFacts,
    next_state,
    problems_of,
    tidy_plate,
)
from tocsin.vision.vehicles.services.telling import tell_missed, tell_resumed, tell_stopped

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

AT_ONCE: Final = 100
REASON_LENGTH: Final = 300


@transaction.atomic
def enter_order(*, actor: "User", object_id: UUID, camera_id: UUID | None, facts: OrderFacts, now: datetime) -> LoadingOrder:
    """A vehicle that the firm awaits. InvalidInput says what is wrong; Conflict where the firm has an order of that number."""
    firm = visible_objects(actor).get(pk=object_id)
    _require(actor, firm)
    values = checked_columns(facts) | {"camera_id": _camera_id(firm, camera_id)}
    if LoadingOrder.objects.filter(object=firm, reference=values["reference"]).exists():
        raise Conflict(_("The firm has an order %(number)s already.") % {"number": values["reference"]})
    made = LoadingOrder.objects.create(object=firm, state_at=now, entered_at=now, entered_by=actor, **values)
    note(actor, "loading_order.entered", made)
    return made


@transaction.atomic
def change_order(*, actor: "User", order_id: UUID, camera_id: UUID | None, facts: OrderFacts, now: datetime) -> LoadingOrder:
    """Puts right an order whose vehicle has not come; one whose window passed is awaited again in its new one."""
    order = locked_order(actor, order_id)
    values = checked_columns(facts) | {"camera_id": _camera_id(order.object, camera_id)}
    if LoadingOrder.objects.filter(object=order.object_id, reference=values["reference"]).exclude(pk=order.pk).exists():
        raise Conflict(_("The firm has an order %(number)s already.") % {"number": values["reference"]})
    write_changed(order, values, now)
    note(actor, "loading_order.changed", order)
    return order


def write_changed(order: LoadingOrder, values: dict[str, object], now: datetime) -> None:
    """The new columns of an order. Conflict where its vehicle came or it was cancelled."""
    if order.state not in (LoadingState.EXPECTED, LoadingState.MISSED):
        raise Conflict(_("Order %(number)s is changed no more: its vehicle came, or it was cancelled.") % {"number": order})
    for name, value in values.items():
        setattr(order, name, value)
    order.state, order.state_at = LoadingState.EXPECTED.value, now
    order.save(update_fields=[*values, "state", "state_at"])


@transaction.atomic
def act_on_order(*, actor: "User", order_id: UUID, act: LoadingAct, reason: str = "", now: datetime) -> LoadingOrder:
    """Stops, resumes, ends or cancels an order. Conflict where it does not stand so; InvalidInput without a reason."""
    order = locked_order(actor, order_id)
    after = next_state(LoadingState(order.state), act)
    if after is None:
        raise Conflict(_("Order %(number)s does not stand so that this can be done.") % {"number": order.reference})
    reason = storable(reason.strip())[:REASON_LENGTH]
    if act in WITH_REASON and not reason:
        raise InvalidInput(_("Say why."))
    order.state, order.state_at, order.reason = after.value, now, reason
    order.save(update_fields=["state", "state_at", "reason"])
    note(actor, f"loading_order.{act.value}", order, reason=reason)
    if act is LoadingAct.STOP:
        tell_stopped(order, reason, now)
    elif act is LoadingAct.RESUME:
        tell_resumed(order, reason, now)
    return order


def miss_orders(*, now: datetime) -> int:
    """Orders whose window passed without their vehicle; how many. Their firm is told."""
    late = timedelta(seconds=vehicle_policy().matching.late_s)
    with transaction.atomic():
        rows = LoadingOrder.objects.filter(state=LoadingState.EXPECTED, until_at__lt=now - late).order_by("until_at", "id")
        missed = list(rows.select_for_update(of=("self",)).select_related("object__organisation")[:AT_ONCE])
        for one in missed:
            one.state, one.state_at = LoadingState.MISSED.value, now
            one.save(update_fields=["state", "state_at"])
            note(system_actor(), "loading_order.missed", one)
            tell_missed(one, now)
    return len(missed)


def stop_at_sightings(*, now: datetime) -> int:
    """Stops loading and unloading before a camera at which a person has confirmed a danger; how many orders."""
    with transaction.atomic():
        rows = LoadingOrder.objects.filter(state=LoadingState.ARRIVED).order_by("state_at", "id")
        stopped = 0
        for one in rows.select_for_update(of=("self",)).select_related("object__organisation")[:AT_ONCE]:
            sighting = sightings_that_stop(one).select_related("camera").first()
            if sighting is None:
                continue
            with override(settings.LANGUAGE_CODE):  # as typed by a person: in the language of the desk
                reason = f"{kind_name(sighting.kind)} · {sighting.camera.name}"[:REASON_LENGTH]
            one.state, one.state_at, one.reason, one.stopping = LoadingState.STOPPED.value, now, reason, sighting
            one.save(update_fields=["state", "state_at", "reason", "stopping"])
            note(system_actor(), "loading_order.stop", one, reason=reason, sighting=str(sighting.pk))
            tell_stopped(one, reason, now)
            stopped += 1
    return stopped


def checked_columns(facts: OrderFacts) -> dict[str, object]:
    """What the order says as its columns; InvalidInput says what is wrong."""
    if wrong := problems_of(facts):
        raise wrong[0][1]
    told = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(facts).items()}
    trailer = tidy_plate(facts.trailer) if facts.trailer.strip() else ""
    return told | {"plate": tidy_plate(facts.plate), "trailer": trailer, "way": facts.way.value}


def locked_order(actor: "User", order_id: UUID) -> LoadingOrder:
    """An order that the actor follows, held until the transaction ends."""
    seen = visible_orders(actor).get(pk=order_id)
    _require(actor, seen.object)
    rows = LoadingOrder.objects.select_for_update(of=("self",)).select_related("object__organisation")
    return rows.get(pk=seen.pk)


def note(actor: "User", act: str, order: LoadingOrder, **details: object) -> None:
    """An act upon an order in the audit trail."""
    told = {"reference": order.reference, "plate": order.plate, "object": str(order.object_id), **details}
    record_audit(actor, act, "loading_order", order.pk, order.object.region_code, told)


def _require(actor: "User", firm: SupervisedObject) -> None:
    if not keeps_orders(actor, firm):
        raise NotAllowed(_("You keep no loading orders of %(firm)s.") % {"firm": firm.name})


def _camera_id(firm: SupervisedObject, camera_id: UUID | None) -> UUID | None:
    if camera_id is not None and not Camera.objects.filter(pk=camera_id, object=firm).exists():
        raise InvalidInput(_("There is no such camera at this firm."))
    return camera_id
