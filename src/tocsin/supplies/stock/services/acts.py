"""What acts upon stock share: the store within reach, the holding, the paper of the act."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import require, scope
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.records.face import record_audit
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import Holding, Movement, Store
from tocsin.supplies.stock.rules.ledger import NEEDS_REASON, Kind, Move
from tocsin.supplies.stock.rules.lots import Reserve
from tocsin.supplies.stock.services.ledger import post

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def store_within(actor: "User", store_id: UUID, permission: Permission = rights.KEEP) -> Store:
    """The store, which the actor may act upon so; DoesNotExist for one that they don't see, NotAllowed for one they only see."""
    found = scope(Store.objects.all(), actor, rights.SEE, organisation_field="body").get(pk=store_id)
    require(actor, permission, found.region_code, (found.body_id,))
    if not found.active:
        raise Conflict(_("The store %(name)s is closed.") % {"name": found.name})
    return found


def holding_within(store: Store, lot_id: UUID) -> Holding:
    """What the store has of the lot; DoesNotExist where it never had any."""
    return Holding.objects.select_related("lot", "item", "store").get(store=store, lot_id=lot_id)


def done_before(store: Store, key: str, kind: Kind) -> Movement | None:
    """The act that the same sender's key already made; Conflict where it was another kind of act."""
    found = Movement.objects.filter(store=store, key=key).first() if key else None
    if found is not None and found.kind != kind:
        raise Conflict(_("The key %(key)s stands for another act already.") % {"key": key})
    return found


def carry_out(
    actor: "User",
    kind: Kind,
    store: Store,
    moves: Sequence[Move],
    *,
    now: datetime,
    at: datetime | None = None,
    document: str = "",
    partner: str = "",
    reason: str = "",
    key: str = "",
    also: Callable[[Movement], object] | None = None,
    to_store: Store | None = None,
    follows: Movement | None = None,
) -> Movement:
    """Writes one act with its lines, and what goes with it, in one transaction; the audit entry names store, paper and number of
    lines.
    """
    if kind is Kind.SURPLUS:
        _refuse_more_of_anothers(moves)
    if kind in NEEDS_REASON and not reason.strip():
        raise InvalidInput(_("Say why: the reason stays with the line."))
    made = Movement(
        kind=int(kind),
        store=store,
        region_code=store.region_code,
        at=at or now,
        written_at=now,
        by=actor,
        document=storable(document.strip())[:60],
        partner=storable(partner.strip())[:120],
        reason=storable(reason.strip())[:300],
        key=storable(key.strip())[:80],
        to_store=to_store,
        follows=follows,
    )
    with transaction.atomic():
        post(made, moves)
        if also is not None:
            also(made)
        _note(actor, made, len(moves))
    return made


def _refuse_more_of_anothers(moves: Sequence[Move]) -> None:
    """Of another's goods there is never more than its owner handed over."""
    rows = Holding.objects.filter(pk__in=[one.holding_id for one in moves], reserve=Reserve.REQUISITIONED)
    if number := rows.values_list("lot__number", flat=True).first():
        raise Conflict(
            _("Lot %(lot)s is requisitioned: more of it comes in by a hand-over list of its requisition alone.") % {"lot": number}
        )


def _note(actor: "User", made: Movement, lines: int) -> None:
    if made.store_id is not None:
        Store.objects.filter(pk=made.store_id).update(written_at=made.written_at)
    details = {"act": Kind(made.kind).name.lower(), "lines": lines, "document": made.document, "reason": made.reason}
    record_audit(actor, "stock.written", "movement", made.pk, made.region_code, details)
