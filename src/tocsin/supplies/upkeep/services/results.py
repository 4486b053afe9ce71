"""What came of an upkeep: one way in for phone and API. Success frees gear, failure sends it to repair."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.base.storable import storable
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import entry_fields, known_entry, require_picture, with_picture
from tocsin.records.face import prepare_attachment, record_audit
from tocsin.screens.clock import current_time
from tocsin.supplies.catalogue.rules.amounts import to_amount, to_number
from tocsin.supplies.stock.models import Holding
from tocsin.supplies.stock.rules.ledger import Kind, State, move
from tocsin.supplies.stock.services.acts import carry_out
from tocsin.supplies.upkeep.models import Upkeep, UpkeepEntry
from tocsin.supplies.upkeep.queries.due import upkeep_to_act_on
from tocsin.supplies.upkeep.rules.entries import UpkeepData
from tocsin.supplies.upkeep.rules.runs import RESULTS, UPKEEP, KnownResult, UpkeepAct, UpkeepVerdict, due_again, weigh_result

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def enter_upkeep_result(*, actor: "User", act: NewAct[UpkeepData], picture: bytes | None = None, name: str = "") -> UpkeepEntry:
    """One act upon gear. Upkeep.DoesNotExist for a store that is not the actor's; InvalidInput for a failure without words."""
    prepared = prepare_attachment(actor=actor, data=picture, name=name) if picture is not None else None
    with transaction.atomic():
        now = current_time()
        seen = upkeep_to_act_on(actor).filter(pk=act.subject_id).order_by().values("pk")
        rows = Upkeep.objects.select_for_update(of=("self",)).select_related("holding__store", "holding__item", "holding__lot")
        upkeep = rows.get(pk__in=seen)
        if known := known_entry(UpkeepEntry, "upkeep", act, is_photo=picture is not None):
            return known
        if prepared is not None:
            act = with_picture(act, prepared, actor=actor, object_type=UPKEEP, region_code=upkeep.region_code, now=now)
        require_picture(act)
        return _enter(actor, upkeep, act, now)


def _enter(actor: "User", upkeep: Upkeep, act: NewAct[UpkeepData], now: datetime) -> UpkeepEntry:
    what = UpkeepAct(act.act)
    since = timezone.make_aware(datetime.combine(upkeep.holding.received_on, datetime.min.time()))
    at = entry_fields(act, actor=actor, now=now, since=since, version=1, verdict="")["at"]
    verdict = UpkeepVerdict.KEPT
    if what in RESULTS:
        verdict = weigh_result(_known(upkeep), what, device=act.device, at=at, seen=act.base_version)
    upkeep.version += 1
    fields = entry_fields(act, actor=actor, now=now, since=since, version=upkeep.version, verdict=verdict.value)
    kept = UpkeepEntry.objects.create(upkeep=upkeep, **fields)
    if what is UpkeepAct.FAILED:
        _to_repair(actor, upkeep, act, now)
    elif what is UpkeepAct.PASSED and verdict is UpkeepVerdict.HOLDS:
        _free(actor, upkeep, now)
    if verdict is UpkeepVerdict.HOLDS:
        upkeep.result, upkeep.done_at, upkeep.done_by, upkeep.device = what.value, at, actor, act.device[:60]
        upkeep.words, upkeep.conflict, upkeep.told_for = storable(act.data.text)[:300], False, None
        upkeep.due_on = due_again(timezone.localdate(at), upkeep.holding.item.inspect_every_months or 1)
    upkeep.conflict = upkeep.conflict or verdict is UpkeepVerdict.BESIDE
    upkeep.save()
    told = {"act": what.value, "verdict": verdict.value, "lot": upkeep.holding.lot.number, "store": upkeep.holding.store.name}
    record_audit(actor, "upkeep.entered", UPKEEP, upkeep.pk, upkeep.region_code, told)
    return kept


def _known(upkeep: Upkeep) -> KnownResult | None:
    if not upkeep.result or upkeep.done_at is None:
        return None
    last = upkeep.entries.filter(verdict=UpkeepVerdict.HOLDS).order_by("-version").first()
    return KnownResult(UpkeepAct(upkeep.result), upkeep.done_at, last.version if last else 0, upkeep.device)


def _free(actor: "User", upkeep: Upkeep, now: datetime) -> None:
    held = Holding.objects.get(pk=upkeep.holding_id).overdue
    if held:
        carry_out(actor, Kind.UPKEPT, upkeep.holding.store, [move(upkeep.holding_id, Kind.UPKEPT, held)], now=now)


def _to_repair(actor: "User", upkeep: Upkeep, act: NewAct[UpkeepData], now: datetime) -> None:
    """What failed leaves for repair, first out of what is held back; the rest of the lot ran, and is free."""
    words = act.data.text.strip()
    if not words:
        raise InvalidInput(_("Say what does not work."))
    there = Holding.objects.get(pk=upkeep.holding_id)
    amount = to_amount(act.data.quantity) if act.data.quantity is not None else there.overdue + there.free
    if amount > there.overdue + there.free:
        told = {"most": f"{to_number(there.overdue + there.free)} {upkeep.holding.item.unit_zh}"}
        raise InvalidInput(_("At most %(most)s of this lot can go to repair; what is reserved must be freed first.") % told)
    held, free = min(amount, there.overdue), max(0, amount - there.overdue)
    moves = [move(there.pk, Kind.REPAIR, part, state) for part, state in ((held, State.OVERDUE), (free, State.FREE)) if part]
    if moves:
        carry_out(actor, Kind.REPAIR, upkeep.holding.store, moves, now=now, reason=words)
    if there.overdue > held:
        carry_out(actor, Kind.UPKEPT, upkeep.holding.store, [move(there.pk, Kind.UPKEPT, there.overdue - held)], now=now)


FIELD_ACTS = FieldActs(
    acts=UpkeepAct,
    data=UpkeepData,
    enter=enter_upkeep_result,
    absent=gettext_lazy("There is no such gear, or its store is not yours."),
)
