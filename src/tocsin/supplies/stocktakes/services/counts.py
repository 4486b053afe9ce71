"""What is counted: one way in for phone and API. What arrives twice changes nothing, and two counts that differ are shown."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import entry_fields, known_entry
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_amount
from tocsin.supplies.stocktakes.models import CountEntry, CountLine, Stocktake
from tocsin.supplies.stocktakes.queries.takes import amounts_at_counts, visible_stocktakes
from tocsin.supplies.stocktakes.rules.counting import (
    CountAct,
    CountVerdict,
    Difference,
    KnownCount,
    TakeState,
    WeighedCount,
    on_shelf,
    weigh_count,
)
from tocsin.supplies.stocktakes.rules.entries import CountData
from tocsin.supplies.stocktakes.services.takes import held_stocktake, verdict_of
from tocsin.supplies.stocktakes.services.telling import tell_of_finish

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def enter_count(*, actor: "User", act: NewAct[CountData]) -> CountEntry:
    """One act of somebody who counts. The stock-take is held first, so that two counts of a lot are weighed one after the other.

    Conflict for a count that comes when the stock-take is closed: the phone keeps it and says so.
    """
    now = current_time()
    seen = visible_stocktakes(actor, rights.KEEP).filter(pk=act.subject_id).order_by().values("pk")
    take = Stocktake.objects.select_for_update(of=("self",)).select_related("store", "opened_by").get(pk__in=seen)
    if known := known_entry(CountEntry, "stocktake", act):
        return known
    if take.state != TakeState.COUNTING:
        raise Conflict(_("This stock-take is closed already."))
    what = CountAct(act.act)
    line = _line(take, act) if what in (CountAct.COUNT, CountAct.REASON) else None
    at = entry_fields(act, actor=actor, now=now, since=take.opened_at, version=1, verdict="")["at"]
    weighed = WeighedCount(CountVerdict.KEPT, holds=False)
    if line is not None and what is CountAct.COUNT:
        weighed = _count(line, act, actor, at)
    elif line is not None:
        _reason(line, act.data.text, actor)
    take.version += 1
    if what is CountAct.FINISH:
        take.finished_at = at
        tell_of_finish(take, now)
    fields = entry_fields(act, actor=actor, now=now, since=take.opened_at, version=take.version, verdict=weighed.verdict.value)
    kept = CountEntry.objects.create(stocktake=take, line=line, **fields)
    take.save(update_fields=["version", "finished_at"])
    details = {"number": take.number, "act": what.value, "verdict": kept.verdict, "line": line.place if line else 0}
    record_audit(actor, "stocktake.entered", "stocktake", take.pk, take.region_code, details)
    return kept


def _line(take: Stocktake, act: NewAct[CountData]) -> CountLine:
    lines = CountLine.objects.select_for_update(of=("self",)).select_related("holding")
    found = lines.filter(stocktake=take, pk=act.data.line).first() if act.data.line else None
    if found is None:
        raise InvalidInput(_("This lot is not on the list of this stock-take."))
    return found


def _count(line: CountLine, act: NewAct[CountData], actor: "User", at: datetime) -> WeighedCount:
    given = act.data.counted
    if given is None or given < 0:
        raise InvalidInput(_("Say how much was counted; 0 for nothing."))
    counted = to_amount(given) if given else 0
    line_then = CountLine(holding_id=line.holding_id, counted_at=at)
    difference = counted - on_shelf(amounts_at_counts([line_then])[line.holding_id])
    known = None
    if line.counted is not None and line.counted_at is not None:
        known = KnownCount(line.counted_by_id, line.device, line.counted_at, line.difference, line.version)
    weighed = weigh_count(known, counter=actor.pk, device=act.device, at=at, difference=difference, seen=act.data.seen)
    if weighed.holds:
        line.counted, line.counted_at, line.counted_by = counted, at, actor
        line.device, line.difference = act.device[:60], difference
        line.conflict, line.confirmed_by = False, None
        line.version += 1
    elif weighed.verdict is CountVerdict.CONFIRMS:
        line.confirmed_by = line.confirmed_by or actor
    line.conflict = line.conflict or weighed.conflict
    if act.data.text.strip():
        _reason(line, act.data.text, actor)
    line.save()
    return weighed


def _reason(line: CountLine, words: str, actor: "User") -> None:
    if not words.strip():
        raise InvalidInput(_("Say why it differs."))
    line.reason, line.reason_by = storable(words.strip())[:300], actor
    line.save(update_fields=["reason", "reason_by"])


@transaction.atomic
def give_reason(*, actor: "User", stocktake_id: UUID, count_line_id: UUID, reason: str) -> CountLine:
    """Why a lot differs, entered at the desk."""
    take = held_stocktake(actor, stocktake_id)
    line = _counted_line(take, count_line_id)
    _reason(line, reason, actor)
    _note(actor, take, line, "reasoned")
    return line


@transaction.atomic
def confirm_difference(*, actor: "User", stocktake_id: UUID, count_line_id: UUID) -> CountLine:
    """A second person looked and confirms the count. Conflict for whoever counted it, and for a lot that needs nobody."""
    take = held_stocktake(actor, stocktake_id)
    line = _counted_line(take, count_line_id)
    if line.counted_by_id == actor.pk:
        raise Conflict(_("You counted this lot: somebody else has to confirm it."))
    if verdict_of(take, line) is not Difference.OVER:
        raise Conflict(_("This lot needs no second person."))
    line.confirmed_by = actor
    line.save(update_fields=["confirmed_by"])
    _note(actor, take, line, "confirmed")
    return line


@transaction.atomic
def decide_count(*, actor: "User", stocktake_id: UUID, count_line_id: UUID, count_entry_id: UUID) -> CountLine:
    """Of counts that differ the one that holds from now on."""
    take = held_stocktake(actor, stocktake_id)
    line = _counted_line(take, count_line_id)
    entry = line.entries.filter(pk=count_entry_id, act=CountAct.COUNT.value).select_related("actor").first()
    if entry is None:
        raise InvalidInput(_("Choose one of the counts of this lot."))
    given = entry.data.get("counted", "0")
    line.counted, line.counted_at, line.counted_by = _thousandths(str(given)), entry.at, entry.actor
    line.device, line.conflict, line.confirmed_by = entry.device, False, None
    line.difference = line.counted - on_shelf(amounts_at_counts([line])[line.holding_id])
    line.version += 1
    line.save()
    _note(actor, take, line, "decided")
    return line


def _thousandths(given: str) -> int:
    return 0 if float(given) == 0 else to_amount(given)


def _counted_line(take: Stocktake, count_line_id: UUID) -> CountLine:
    line = CountLine.objects.select_for_update(of=("self",)).select_related("holding__lot").get(stocktake=take, pk=count_line_id)
    if line.counted is None:
        raise Conflict(_("This lot is not counted yet."))
    return line


def _note(actor: "User", take: Stocktake, line: CountLine, act: str) -> None:
    told = {"number": take.number, "lot": line.holding.lot.number, "difference": line.difference, "reason": line.reason}
    record_audit(actor, f"stocktake.{act}", "stocktake", take.pk, take.region_code, told)


FIELD_ACTS = FieldActs(
    acts=CountAct,
    data=CountData,
    enter=enter_count,
    absent=gettext_lazy("There is no such stock-take, or its store is not yours."),
)
