"""Each step of a delivery, with time, person, place and photo: one way in for page, phone, driver's paper and API."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Refusal
from tocsin.base.keys import Purpose, keys_of
from tocsin.base.storable import storable
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import NewAct, clock_is_impossible, read_data
from tocsin.fieldwork.services import entry_fields, known_entry, require_picture, with_picture
from tocsin.jurisdiction.face import may, system_actor
from tocsin.records.face import Prepared, prepare_attachment
from tocsin.screens.clock import current_time
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requests.models import Delivery, DeliveryEntry, DeliveryLine, SupplyRequest
from tocsin.supplies.requests.policy import requests_policy
from tocsin.supplies.requests.queries.requests import open_amounts, visible_deliveries
from tocsin.supplies.requests.rules.codes import delivery_of_token, is_receipt_code
from tocsin.supplies.requests.rules.entries import DeliveryData
from tocsin.supplies.requests.rules.states import (
    BY_DRIVER,
    DeliveryAct,
    DeliveryState,
    RequestState,
    StepVerdict,
    comes_ahead,
    step,
)
from tocsin.supplies.requests.services.notes import note, tell_askers, tell_store
from tocsin.supplies.requests.services.plans import goods_of, plan_anew
from tocsin.supplies.stock.services.parts import free_part, issue_part, take_back

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

type Act = NewAct[DeliveryData]
FIRM_ACTS = frozenset((DeliveryAct.CONFIRM, DeliveryAct.REFUSE, DeliveryAct.PICK, DeliveryAct.LOAD))


def apply_delivery_act(
    *, actor: "User", act: Act, channel: str = "phone", picture: bytes | None = None, name: str = ""
) -> DeliveryEntry:
    """A person's act upon a delivery in their reach: keepers what the store does, who asked what happens at the place."""
    prepared = prepare_attachment(actor=actor, data=picture, name=name) if picture is not None else None
    with transaction.atomic():
        seen = visible_deliveries(actor).get(pk=act.subject_id)
        what = DeliveryAct(act.act)
        keeps = may(actor, rights.KEEP, seen.store.region_code, (seen.store.body_id,))
        asks = may(actor, rights.RESERVE, seen.request.region_code, (seen.request.body_id,))
        allowed = keeps if what in FIRM_ACTS or what is DeliveryAct.BRING_BACK else asks if what in _BY_ASKER else keeps or asks
        if not allowed:
            raise NotAllowed(_("This step is not yours: it is the store's, or of whoever asked for the goods."))
        return _enter(actor, act, channel, current_time(), prepared)


def apply_drivers_act(*, token: str, act: Act, name: str, now: datetime, picture: bytes | None = None) -> DeliveryEntry:
    """Whoever holds the consignment note says that they leave, or hand over. DoesNotExist for an address that is none of ours."""
    delivery_id = delivery_of_token(token, tuple(keys_of(Purpose.CODES)))
    if delivery_id is None or delivery_id != act.subject_id:
        raise Delivery.DoesNotExist
    if DeliveryAct(act.act) not in BY_DRIVER:
        raise NotAllowed(_("This step is the store's."))
    prepared = prepare_attachment(actor=system_actor(), data=picture, name=name) if picture is not None else None
    with transaction.atomic():
        return _enter(system_actor(), act, "paper", now, prepared)


_BY_ASKER = frozenset((DeliveryAct.USE, DeliveryAct.CANCEL))


def _enter(actor: "User", act: Act, channel: str, now: datetime, picture: Prepared | None) -> DeliveryEntry:
    request = SupplyRequest.objects.select_for_update(of=("self",)).select_related("body", "asked_by", "opened_by")
    held = request.get(deliveries=act.subject_id)
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("store__body", "reservation")
    delivery = rows.get(pk=act.subject_id)
    delivery.request = held
    told, code = act, act.data.code
    act = replace(act, data=msgspec.structs.replace(act.data, code=""))  # the code is not kept
    if known := known_entry(DeliveryEntry, "delivery", act, is_photo=picture is not None):
        return known
    if picture is not None:
        act = with_picture(act, picture, actor=actor, object_type="supply_delivery", region_code=held.region_code, now=now)
    require_picture(act)
    what = DeliveryAct(act.act)
    verdict, state = _verdict(delivery, what, channel)
    if what is DeliveryAct.HAND_OVER and verdict in (StepVerdict.GOES_ON, StepVerdict.AHEAD):
        _require_code(delivery, code)
    kept = _keep(delivery, act, actor, channel, now, verdict)
    kept.clock_said = told.at if clock_is_impossible(told.at, since=delivery.made_at, now=now) else None
    if verdict is StepVerdict.GOES_ON:
        _count(delivery, kept, act.data, state, actor, now)
    elif verdict is StepVerdict.AHEAD:
        tell_store(delivery, "ahead", now, step=what.value)
    kept.save(force_insert=True)
    delivery.save()
    _note(delivery, kept, actor, now)
    if verdict is StepVerdict.GOES_ON:
        _catch_up(delivery, now)
    return kept


def _verdict(delivery: Delivery, what: DeliveryAct, channel: str) -> tuple[StepVerdict, DeliveryState]:
    """What the act does. On a page that shows how it stands, an act out of turn is a slip; from a phone it may come too early."""
    verdict, state = step(DeliveryState(delivery.state), what)
    if verdict is not StepVerdict.NOT_NOW:
        return verdict, state
    if channel == "page" or not comes_ahead(state, what):
        raise Conflict(_("The delivery is not at this step: look at it again."))
    return StepVerdict.AHEAD, state


def _require_code(delivery: Delivery, code: str) -> None:
    if not is_receipt_code(code, delivery.pk, tuple(keys_of(Purpose.CODES))):
        raise InvalidInput(_("That is not the receiver's code: it stands on their page of this delivery."))


def _keep(delivery: Delivery, act: Act, actor: "User", channel: str, now: datetime, verdict: StepVerdict) -> DeliveryEntry:
    delivery.version += 1
    fields = entry_fields(act, actor=actor, now=now, since=delivery.made_at, version=delivery.version, verdict=verdict.value)
    return DeliveryEntry(delivery=delivery, said_by=storable(act.said_by.strip())[:120], channel=channel, **fields)


def _count(
    delivery: Delivery, kept: DeliveryEntry, data: DeliveryData, state: DeliveryState, actor: "User", now: datetime
) -> None:
    delivery.state = state.value
    _HANDLERS[DeliveryAct(kept.act)](delivery, kept, data, actor, now)
    _set_clock(delivery, kept.at)


def _note(delivery: Delivery, kept: DeliveryEntry, actor: "User", now: datetime) -> None:
    figures: dict[str, object] = {"delivery": delivery.number, "store": delivery.store.name, "verdict": kept.verdict}
    if kept.clock_said is not None:
        figures["clock_said"] = kept.clock_said.isoformat()
    name = kept.act if kept.verdict in (StepVerdict.GOES_ON, StepVerdict.STAYS) else f"step_{kept.verdict}"
    note(delivery.request, name, now, actor, kept.data.get("text", ""), figures | {"step": kept.act})


def _catch_up(delivery: Delivery, now: datetime) -> None:
    """Steps that came before those which they follow count now. What does not fit what came between stays visible as such."""
    waiting = list(delivery.entries.filter(verdict=StepVerdict.AHEAD).select_related("actor").order_by("at", "version"))
    while waiting:
        ready = [one for one in waiting if not comes_ahead(DeliveryState(delivery.state), DeliveryAct(one.act))]
        if not ready:
            return
        waiting.remove(ready[0])
        _count_late(delivery, ready[0], now)


def _count_late(delivery: Delivery, kept: DeliveryEntry, now: datetime) -> None:
    actor = kept.actor or system_actor()
    verdict, state = step(DeliveryState(delivery.state), DeliveryAct(kept.act))
    before, why = delivery.state, ""
    if verdict is StepVerdict.GOES_ON:
        try:
            with transaction.atomic():
                _count(delivery, kept, read_data(DeliveryData, kept.data), state, actor, now)
        except Refusal as refusal:
            verdict, delivery.state, why = StepVerdict.NOT_NOW, before, str(refusal)
    kept.verdict = verdict.value
    kept.save(update_fields=["verdict"])
    delivery.save()
    _note(delivery, kept, actor, now)
    if why:
        tell_store(delivery, "unfit", now, reason=why)


def _set_clock(delivery: Delivery, at: datetime) -> None:
    clocks, state = requests_policy().clocks, DeliveryState(delivery.state)
    delivery.late_told_at = None
    if state is DeliveryState.ON_WAY:
        delivery.due_at = delivery.expected_at + timedelta(minutes=clocks.late_min)
        return
    span = clocks.of(state)
    lead = timedelta(hours=delivery.lead_h) if state in (DeliveryState.RESERVED, DeliveryState.PICKED) else timedelta()
    delivery.due_at = None if span is None else at + span + lead


def _confirm(delivery: Delivery, _kept: DeliveryEntry, _data: DeliveryData, _actor: "User", now: datetime) -> None:
    tell_askers(delivery.request, "pick", now, delivery=delivery, goods=goods_of(delivery))


def _refuse(delivery: Delivery, _kept: DeliveryEntry, data: DeliveryData, actor: "User", now: datetime) -> None:
    if not data.text.strip():
        raise InvalidInput(_("Say why it can't be delivered."))
    _free(delivery, actor, data.text, now)
    tell_askers(delivery.request, "refused", now, urgent=True, delivery=delivery, reason=data.text)
    _again(delivery, now)


def _cancel(delivery: Delivery, _kept: DeliveryEntry, data: DeliveryData, actor: "User", now: datetime) -> None:
    if not data.text.strip():
        raise InvalidInput(_("Say why it is cancelled."))
    _free(delivery, actor, data.text, now)
    tell_store(delivery, "cancelled", now, reason=data.text)
    _again(delivery, now)


def _free(delivery: Delivery, actor: "User", reason: str, now: datetime) -> None:
    amounts = _sums((one.holding_id, one.amount if one.picked is None else one.picked) for one in delivery.lines.all())
    free_part(actor, delivery.reservation_id, delivery.store, amounts, reason=reason, now=now)


def _pick(delivery: Delivery, _kept: DeliveryEntry, data: DeliveryData, actor: "User", now: datetime) -> None:
    lines = list(delivery.lines.all())
    counts = _counts(lines, data.counts)
    short: dict[int, int] = {}
    for one in lines:
        one.picked = counts.get(one.pk, one.amount)
        if one.picked > one.amount:
            raise InvalidInput(_("No more is picked than the plan says: ask for another plan."))
        if one.picked < one.amount:
            short[one.holding_id] = short.get(one.holding_id, 0) + one.amount - one.picked
        one.save(update_fields=["picked"])
    if not any(one.picked for one in lines):
        raise InvalidInput(_("Where nothing can be picked, refuse the delivery and say why."))
    if short:
        if not data.text.strip():
            raise InvalidInput(_("Say why less is picked: the rest is looked for elsewhere."))
        free_part(actor, delivery.reservation_id, delivery.store, short, reason=data.text, now=now)
        tell_askers(delivery.request, "short", now, urgent=True, delivery=delivery, reason=data.text)
        _again(delivery, now)


def _load(delivery: Delivery, _kept: DeliveryEntry, data: DeliveryData, actor: "User", now: datetime) -> None:
    amounts = _sums((one.holding_id, one.sure) for one in delivery.lines.all())
    partner = f"{delivery.request.number} {delivery.request.place}"
    document = delivery.number
    issue_part(actor, delivery.reservation_id, delivery.store, amounts, partner=partner, document=document, now=now)
    for name, value in (("driver", data.driver), ("driver_telephone", data.telephone), ("vehicle", data.vehicle)):
        if value.strip():
            setattr(delivery, name, storable(value.strip()))


def _leave(delivery: Delivery, kept: DeliveryEntry, data: DeliveryData, _actor: "User", now: datetime) -> None:
    for name, value in (("driver", data.driver), ("driver_telephone", data.telephone), ("vehicle", data.vehicle)):
        if value.strip():
            setattr(delivery, name, storable(value.strip()))
    delivery.expected_at = kept.at + timedelta(minutes=delivery.way_min)
    at = timezone.localtime(delivery.expected_at).strftime("%m-%d %H:%M")
    tell_askers(delivery.request, "coming", now, urgent=True, delivery=delivery, at=at, goods=goods_of(delivery))


def _hand_over(delivery: Delivery, kept: DeliveryEntry, data: DeliveryData, _actor: "User", now: datetime) -> None:
    lines = list(delivery.lines.all())
    counts = _counts(lines, data.counts)
    for one in lines:
        one.received = counts.get(one.pk, one.sure)
        if one.received > (one.picked or 0):
            raise InvalidInput(_("No more is handed over than was loaded."))
        one.save(update_fields=["received"])
    short = any((one.received or 0) < (one.picked or 0) for one in lines)
    if short and not data.text.strip():
        raise InvalidInput(_("Say why less is handed over than was loaded."))
    delivery.handed_over_at = kept.at
    lent = any(not one.holding.item.perishable for one in delivery.lines.select_related("holding__item"))
    delivery.return_by = kept.at + timedelta(days=requests_policy().clocks.return_days) if lent else None
    tell_askers(delivery.request, "handed_over", now, delivery=delivery)
    tell_store(delivery, "handed_over", now, urgent=False)
    if short:
        tell_askers(delivery.request, "short", now, urgent=True, delivery=delivery, reason=data.text)
        _again(delivery, now)
    _end_where_all_is_back(delivery)


def _use(delivery: Delivery, _kept: DeliveryEntry, data: DeliveryData, _actor: "User", _now: datetime) -> None:
    _account(delivery, "used", data.counts)


def _bring_back(delivery: Delivery, _kept: DeliveryEntry, data: DeliveryData, actor: "User", now: datetime) -> None:
    amounts = _account(delivery, "returned", data.counts)
    take_back(actor, delivery.store, amounts, partner=delivery.request.place[:120], document=delivery.number, now=now)


def _account(delivery: Delivery, column: str, counts: Mapping[str, int]) -> dict[int, int]:
    """So much more of each line was used up or came back; without counts all that is out."""
    lines = list(delivery.lines.all())
    told = _counts(lines, counts)
    amounts: dict[int, int] = {}
    for one in lines:
        amount = told.get(one.pk, 0) if counts else one.out
        if amount > one.out:
            raise InvalidInput(_("That is more than is out."))
        if amount:
            setattr(one, column, getattr(one, column) + amount)
            one.save(update_fields=[column])
            amounts[one.holding_id] = amounts.get(one.holding_id, 0) + amount
    if not amounts:
        raise InvalidInput(_("Enter how much."))
    _end_where_all_is_back(delivery)
    return amounts


def _end_where_all_is_back(delivery: Delivery) -> None:
    if not any(one.out for one in DeliveryLine.objects.filter(delivery=delivery)):
        delivery.state, delivery.return_by = DeliveryState.CLOSED.value, None


def _counts(lines: list[DeliveryLine], counts: Mapping[str, int]) -> dict[UUID, int]:
    known = {str(one.pk): one.pk for one in lines}
    if unknown := set(counts) - set(known):
        raise InvalidInput(_("There is no line %(line)s in this delivery.") % {"line": sorted(unknown)[0][:40]})
    return {known[name]: amount for name, amount in counts.items()}


def _sums(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    told: dict[int, int] = {}
    for holding, amount in pairs:
        if amount:
            told[holding] = told.get(holding, 0) + amount
    return told


def _again(delivery: Delivery, now: datetime) -> None:
    """What nobody brings any more is planned anew, with the reach of whoever approved."""
    delivery.save()
    request = delivery.request
    if request.state == RequestState.APPROVED and request.decided_by is not None and open_amounts(request):
        plan_anew(request.decided_by, request, now)


_HANDLERS = {
    DeliveryAct.CONFIRM: _confirm,
    DeliveryAct.REFUSE: _refuse,
    DeliveryAct.PICK: _pick,
    DeliveryAct.LOAD: _load,
    DeliveryAct.LEAVE: _leave,
    DeliveryAct.HAND_OVER: _hand_over,
    DeliveryAct.USE: _use,
    DeliveryAct.BRING_BACK: _bring_back,
    DeliveryAct.CANCEL: _cancel,
}

FIELD_ACTS = FieldActs(
    acts=DeliveryAct,
    data=DeliveryData,
    enter=apply_delivery_act,
    absent=gettext_lazy("There is no such delivery, or it is not yours."),
)
"""What phones send about deliveries."""
