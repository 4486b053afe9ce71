"""Sealing anew what stands under a replaced key: its officer hands in lock keys, this server proves each and seals it.

The officer's station opens the lock keys with the old private key, which stays there. What comes is the private half of one of
the two locks of each thing: the other lock holds, so it opens nothing by itself. It is proved by the lock's public half, sealed
to the key in force, and forgotten. Nothing depends on how far a station came: what is sealed anew has left the list, by one
conditional update.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.mobilisation.hazard_reports.models import IdentityKey
from tocsin.mobilisation.hazard_reports.queries.exchange import (
    SealedItem,
    SealedThing,
    items_under,
    key_in_place,
    read_name,
    sealed_rows,
    standing_of,
)
from tocsin.mobilisation.hazard_reports.queries.identity import visible_keys
from tocsin.mobilisation.hazard_reports.rules.locks import LockVerdict, opens, seal_lock_key
from tocsin.mobilisation.hazard_reports.services.keys import require_officer, tell_keepers
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class HandedIn:
    """The private half of the lock of one thing."""

    item: str
    secret: str


@dataclass(frozen=True)
class Resealed:
    """What became of one lock key that was handed in."""

    item: str
    verdict: LockVerdict


@dataclass(frozen=True)
class Step:
    """One step of sealing anew: each verdict, and how much is left."""

    resealed: tuple[Resealed, ...]
    left: int


def list_items(*, actor: "User", key_id: UUID, after: str = "", limit: int = MOST_AT_ONCE) -> tuple[SealedItem, ...]:
    """What stands under a replaced key, with the lock keys sealed to it, for the officer of that place alone."""
    key = replaced_key(actor, key_id)
    return tuple(items_under(key, after=after, limit=min(limit, MOST_AT_ONCE)))


def reseal(*, actor: "User", key_id: UUID, handed: Sequence[HandedIn], now: datetime) -> Step:
    """Seals anew what was handed in. A lock key that is not the right one changes nothing of its thing, and the others go on."""
    old = replaced_key(actor, key_id)
    new = key_in_place(old)
    if new is None:
        raise Conflict(_("No key is in force in this place: hand in a new public key, and let a second person take it."))
    if len(handed) > MOST_AT_ONCE:
        raise InvalidInput(_("No more than %(most)d are sealed anew at once.") % {"most": MOST_AT_ONCE})
    judged = [(one, *_judge(one, old, new)) for one in handed]  # sealing takes its time: before the transaction
    with transaction.atomic():
        IdentityKey.objects.select_for_update().get(pk=old.pk)
        if not IdentityKey.objects.filter(pk=new.pk, replaced_at=None).exists():
            raise Conflict(_("Another key was put in force in the meantime: take the list again."))
        done = tuple(Resealed(one.item, _write(one.item, verdict, sealed, old, new)) for one, verdict, sealed in judged)
        left = standing_of([old])[old.pk]
        fresh = [one.item for one in done if one.verdict is LockVerdict.SEALED]
        if fresh:
            tell_resealed(actor, old, new, fresh, left.total, now)
    return Step(done, left.to_reseal)


def replaced_key(actor: "User", key_id: UUID) -> IdentityKey:
    """A replaced key, for who held it or has its place now; Conflict for one in force."""
    found = visible_keys(actor).get(pk=key_id)
    require_officer(actor, found)
    if found.waits or found.replaced_at is None:
        raise Conflict(_("This key is in force: only what stands under a replaced one is sealed anew."))
    return found


def _judge(handed: HandedIn, old: IdentityKey, new: IdentityKey) -> tuple[LockVerdict, bytes]:
    kind, row_id = read_name(handed.item)
    row = sealed_rows(kind).filter(pk=row_id, **{f"key_{old.slot}__region_code": old.region_code}).first()
    if row is None:
        return LockVerdict.GONE, b""
    under = _key_id_of(row, old.slot)
    if under not in (old.pk, new.pk):
        return LockVerdict.STALE, b""
    if not opens(handed.secret, _lock_of(row, old.slot)):
        return LockVerdict.WRONG, b""
    if under == new.pk:
        return LockVerdict.ALREADY, b""
    return LockVerdict.SEALED, seal_lock_key(handed.secret.strip(), recipient=new.recipient)


def _write(item: str, verdict: LockVerdict, sealed: bytes, old: IdentityKey, new: IdentityKey) -> LockVerdict:
    if verdict is not LockVerdict.SEALED:
        return verdict
    kind, row_id = read_name(item)
    rows = sealed_rows(kind).filter(pk=row_id)
    written = rows.filter(**{f"key_{old.slot}": old.pk}).update(**{f"key_{old.slot}": new.pk, f"lock_key_{old.slot}": sealed})
    if written:
        return verdict
    return LockVerdict.ALREADY if rows.exists() else LockVerdict.GONE


def _lock_of(row: SealedThing, slot: str) -> str:
    return row.lock_a if slot == "a" else row.lock_b


def _key_id_of(row: SealedThing, slot: str) -> UUID | None:
    return row.key_a_id if slot == "a" else row.key_b_id


def tell_resealed(actor: "User", old: IdentityKey, new: IdentityKey, fresh: Sequence[str], left: int, now: datetime) -> None:
    """What was sealed anew is audited; the holder and who watches over secrecy hear of the begin and of the end."""
    about = {"slot": old.slot, "from": old.recipient, "to": new.recipient, "items": list(fresh), "left": left}
    record_audit(actor, "identity_key.resealed", "identity_key", old.pk, old.region_code, about)
    tell_keepers("reseal_begun", old, {"who": str(actor)}, now)
    if not left:
        tell_keepers("reseal_done", old, {"who": str(actor)}, now)
