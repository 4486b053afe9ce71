"""Goods go from one store to another: they leave the one, are on their way, and are counted in at the other."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import scope
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import Holding, Line, Movement, Store
from tocsin.supplies.stock.queries.lots import visible_movements
from tocsin.supplies.stock.rules.ledger import Kind, Move, State, move
from tocsin.supplies.stock.services.acts import carry_out, done_before, store_within
from tocsin.supplies.stock.services.issuing import Wanted, picked
from tocsin.supplies.stock.services.ledger import post
from tocsin.supplies.stock.services.notices import tell_of_transfer
from tocsin.supplies.stock.services.receiving import holding_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def send(
    *,
    actor: "User",
    store_id: UUID,
    to_store_id: UUID,
    lines: Sequence[Wanted],
    now: datetime,
    reason: str = "",
    document: str = "",
    key: str = "",
) -> Movement:
    """Goods leave for another store, first what expires first; there they are on their way until somebody counts them in."""
    store = store_within(actor, store_id)
    if (before := done_before(store, key, Kind.SEND)) is not None:
        return before
    to_store = scope(Store.objects.filter(active=True), actor, rights.SEE, organisation_field="body").get(pk=to_store_id)
    if to_store.pk == store.pk:
        raise InvalidInput(_("Choose another store."))
    picks = picked(actor, store, lines, reason, timezone.localdate(now))
    moves = [move(one.holding_id, Kind.SEND, one.amount) for one in picks]

    def dispatch(made: Movement) -> None:
        from_ = Holding.objects.select_related("lot", "item").in_bulk([one.holding_id for one in picks])
        there = {pk: holding_of(to_store, one.lot, one.item, now) for pk, one in from_.items()}
        arriving = Movement(
            kind=int(Kind.DISPATCH),
            store=to_store,
            region_code=to_store.region_code,
            at=made.at,
            written_at=now,
            by=actor,
            document=made.document,
            partner=store.name,
            follows=made,
        )
        post(arriving, [move(there[one.holding_id].pk, Kind.DISPATCH, one.amount) for one in picks])
        tell_of_transfer(arriving, [(from_[one.holding_id], one.amount) for one in picks], now)

    return carry_out(
        *(actor, Kind.SEND, store, moves),
        now=now,
        document=document,
        partner=to_store.name,
        reason=reason,
        key=key,
        also=dispatch,
        to_store=to_store,
    )


def arrive(*, actor: "User", movement_id: UUID, now: datetime, missing: int = 0, reason: str = "") -> Movement:
    """The receiving store counts a transfer in, whole but for what is `missing` (thousandths, of a transfer with one line).

    Conflict for one that was counted in already; InvalidInput where something is missing without a reason.
    """
    sent = visible_movements(actor).get(pk=movement_id)
    if sent.store_id is None or sent.kind != int(Kind.DISPATCH):
        raise InvalidInput(_("This is no transfer."))
    store = store_within(actor, sent.store_id)
    lines = list(Line.objects.filter(movement=sent).values_list("holding_id", "amount"))
    if missing and not reason.strip():
        raise InvalidInput(_("Say what became of what is missing."))
    if missing and (len(lines) != 1 or not 0 < missing <= lines[0][1]):
        raise InvalidInput(
            _("What is missing must lie within the one line of the transfer: adjust the lots after counting it in.")
        )
    with transaction.atomic():
        Movement.objects.select_for_update().get(pk=sent.pk)
        if Movement.objects.filter(follows=sent).exists():
            raise Conflict(_("This transfer was counted in already."))
        whole = [move(holding, Kind.ARRIVAL, amount - missing) for holding, amount in lines if amount > missing]
        lost: list[Move] = [move(lines[0][0], Kind.LOSS, missing, State.IN_TRANSIT)] if missing else []
        return carry_out(*(actor, Kind.ARRIVAL, store, whole + lost), now=now, partner=sent.partner, reason=reason, follows=sent)
