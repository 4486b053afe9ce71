"""Sealing anew on a machine without a network: an officer takes a bundle along and brings the answer back.

What is in it is handed out sealed, as to an opening, and nothing of it is opened here. Each thing of the answer is taken by
itself, in a transaction of its own, and only where what lies here is still what was handed out. So an answer may be handed in
again after a break: what was taken is known, and the rest goes on.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.mobilisation.hazard_reports.models import IdentityKey, ReportPhoto
from tocsin.mobilisation.hazard_reports.queries.exchange import (
    PHOTO,
    SealedItem,
    SealedThing,
    bundled_items,
    is_being_opened,
    key_in_place,
    read_name,
    sealed_rows,
    standing_of,
)
from tocsin.mobilisation.hazard_reports.queries.reports import SEALED_PHOTO
from tocsin.mobilisation.hazard_reports.rules.bundles import (
    MOST_BYTES,
    MOST_ITEMS,
    Answer,
    AnswerItem,
    Bundle,
    BundleItem,
    BundleKeys,
    locked_of,
    read_bundle,
    sha256_of,
    write_bundle,
)
from tocsin.mobilisation.hazard_reports.rules.locks import LockVerdict
from tocsin.mobilisation.hazard_reports.rules.sealing import LARGEST_PHOTO, Slot, require_sealed
from tocsin.mobilisation.hazard_reports.services.keys import tell_keepers
from tocsin.mobilisation.hazard_reports.services.resealing import Resealed, Step, replaced_key, tell_resealed
from tocsin.records.face import bytes_of, forget_attachment, keep_prepared, prepare_sealed, record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.records.face import Prepared


def make_bundle(*, actor: "User", key_id: UUID, now: datetime) -> bytes:
    """What stands under a replaced key, for its officer: as much as one file may hold. Whoever watches over secrecy is told."""
    old = replaced_key(actor, key_id)
    to = _keys_in_force(old)
    items: list[BundleItem] = []
    files: dict[str, bytes] = {}
    size = 0
    for one in bundled_items(old, limit=MOST_ITEMS):
        data = _handed_out(one, old.slot)
        if items and size + len(data) > MOST_BYTES:
            break
        lock = one.row.lock_a if old.slot == Slot.A else one.row.lock_b
        items.append(BundleItem(item=one.name, number=one.row.report.number, sha256=sha256_of(data), lock=lock))
        files[one.name] = data
        size += len(data)
    if not items:
        raise Conflict(_("Nothing stands under this key: there is nothing to seal anew."))
    told = BundleKeys(a=to[Slot.A].recipient, b=to[Slot.B].recipient)
    bundle = Bundle(key=str(old.pk), slot=Slot(old.slot), made_at=now, to=told, items=tuple(items))
    packed = write_bundle(bundle, files)
    with transaction.atomic():
        digest = sha256_of(packed)
        about = {"slot": old.slot, "from": old.recipient, "items": [one.item for one in items], "sha256": digest}
        record_audit(actor, "identity_key.bundled", "identity_key", old.pk, old.region_code, about)
        tell_keepers("reseal_bundle", old, {"who": str(actor), "count": len(items)}, now, occasion=f"-{digest[:16]}")
    return packed


def take_answer(*, actor: "User", key_id: UUID, data: bytes, now: datetime) -> Step:
    """Takes what was sealed anew of a bundle: each thing whole or not at all. InvalidInput where the file is no such answer."""
    old = replaced_key(actor, key_id)
    answer, files = read_bundle(data, Answer)
    if answer.key != str(old.pk):
        raise InvalidInput(_("This answer belongs to another key: hand it in there."))
    to = _keys_in_force(old)
    if (answer.to.a, answer.to.b) != (to[Slot.A].recipient, to[Slot.B].recipient):
        raise InvalidInput(
            _("This answer is sealed to other keys than those in force: nothing of it is taken. Take a new bundle.")
        )
    for one in answer.items:
        require_sealed(files[one.item], largest=LARGEST_PHOTO)
        read_name(one.item)
        if one.lock_a:
            locked_of(one, files[one.item])
    done = tuple(Resealed(one.item, _take(one, files[one.item], actor, old, to, now)) for one in answer.items)
    return Step(done, standing_of([old])[old.pk].total)


def _keys_in_force(old: IdentityKey) -> dict[Slot, IdentityKey]:
    found = {slot: key_in_place(IdentityKey(region_code=old.region_code, slot=slot.value)) for slot in Slot}
    known = {slot: key for slot, key in found.items() if key is not None}
    if len(known) < len(found):
        raise Conflict(_("No key is in force in this place: hand in a new public key, and let a second person take it."))
    return known


def _handed_out(one: SealedItem, slot: str) -> bytes:
    """What of a thing lies in a bundle: its sealed lock key, and in the first form all of it."""
    return one.row.lock_key(slot) if one.row.lock_a else _sealed(one.row)


def _sealed(row: SealedThing) -> bytes:
    if not isinstance(row, ReportPhoto):
        return bytes(row.sealed)
    return b"" if row.original is None else bytes_of(row.original)


def _take(
    one: AnswerItem, data: bytes, actor: "User", old: IdentityKey, to: dict[Slot, IdentityKey], now: datetime
) -> LockVerdict:
    kind, row_id = read_name(one.item)
    is_photo = kind == PHOTO and bool(one.lock_a)
    prepared = prepare_sealed(data) if is_photo else None
    with transaction.atomic():
        IdentityKey.objects.select_for_update().get(pk=old.pk)
        row = sealed_rows(kind).select_for_update(of=("self",)).filter(pk=row_id, key_a__region_code=old.region_code).first()
        verdict = LockVerdict.GONE if row is None else _judge(SealedItem(kind, row), one, data, old, to)
        if row is None or verdict is not LockVerdict.SEALED:
            return verdict
        before = [one for one in (row.key_a_id, row.key_b_id) if one is not None]
        if one.lock_a:
            _write_first_form(row, one, data, prepared, actor, to, now)
        else:
            new = to[Slot(old.slot)].pk
            sealed_rows(kind).filter(pk=row.pk).update(**{f"key_{old.slot}": new, f"lock_key_{old.slot}": data})
        touched = IdentityKey.objects.filter(pk__in=before, slot__in=list(Slot) if one.lock_a else [old.slot])
        _tell_each([key for key in touched if key.replaced_at is not None], one.item, actor, to, now)
    return verdict


def _judge(item: SealedItem, one: AnswerItem, data: bytes, old: IdentityKey, to: dict[Slot, IdentityKey]) -> LockVerdict:
    """Whether what lies here is still what was handed out, in the form in which it was."""
    row = item.row
    under = row.key_a_id if old.slot == Slot.A else row.key_b_id
    if under == to[Slot(old.slot)].pk:
        known = row.lock_a == one.lock_a if one.lock_a else row.lock_key(old.slot) == data
        return LockVerdict.ALREADY if known else LockVerdict.STALE
    if under != old.pk:
        return LockVerdict.STALE
    if bool(row.lock_a) == bool(one.lock_a) or sha256_of(_handed_out(item, old.slot)) != one.was:
        return LockVerdict.ALTERED
    return LockVerdict.OPENING if one.lock_a and is_being_opened(item) else LockVerdict.SEALED


def _write_first_form(
    row: SealedThing,
    one: AnswerItem,
    data: bytes,
    prepared: "Prepared | None",
    actor: "User",
    to: dict[Slot, IdentityKey],
    now: datetime,
) -> None:
    """The thing sealed anew stands in the place of the one of before, with locks of its own."""
    row.take_locks(locked_of(one, data))
    row.key_a, row.key_b = to[Slot.A], to[Slot.B]
    before = None
    if isinstance(row, ReportPhoto) and prepared is not None:
        before, region_code = row.original, row.report.region_code
        row.original = keep_prepared(
            prepared, actor=actor, object_type=SEALED_PHOTO, object_id=row.report_id, region_code=region_code, now=now
        )
    elif not isinstance(row, ReportPhoto):
        row.sealed = data
    row.save()
    if before is not None:
        forget_attachment(before)


def _tell_each(replaced: Sequence[IdentityKey], item: str, actor: "User", to: dict[Slot, IdentityKey], now: datetime) -> None:
    standing = standing_of(replaced)
    for key in replaced:
        tell_resealed(actor, key, to[Slot(key.slot)], [item], standing[key.pk].total, now)
