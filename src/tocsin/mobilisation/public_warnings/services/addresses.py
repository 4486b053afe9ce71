"""Addresses of subscribers lie sealed: who copies the database has none of them. By a keyed hash the same one is known again."""

import hashlib
import hmac
from collections.abc import Iterable
from functools import partial

from django.db import transaction

from tocsin.base.keys import Purpose, Resealed, key_for, keys_of
from tocsin.base.sealing import BEGINNING, SealBrokenError, Sealer
from tocsin.jurisdiction.face import contact_kinds
from tocsin.mobilisation.public_warnings.models import WarningDelivery, WarningSubscriber

_SEALER = Sealer(Purpose.SUBSCRIBERS, "subscriber")
_NOBODY = "-"  # begins what stands in place of the hash of an address that is forgotten


def seal(address: str) -> str:
    """The address under the installation's key for it."""
    return _SEALER.seal_text(address)


def opened(sealed: str) -> str:
    """The address itself, also under an earlier key; empty for one that is forgotten, or that no key opens."""
    if not sealed.startswith(BEGINNING):
        return sealed
    try:
        return _SEALER.open_text(sealed)
    except SealBrokenError:
        return ""


def hash_of(channel: str, address: str) -> str:
    """By which the address is known again, made with the key in force."""
    return _hash(key_for(Purpose.BLIND), channel, address)


def hashes_of(channel: str, address: str) -> list[str]:
    """The same by every key that may have made it, the one in force first."""
    return [_hash(key, channel, address) for key in keys_of(Purpose.BLIND)]


def known_anew(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Hashes of channels and addresses by the key in force; rows that are known by an earlier one are known by it from now on."""
    every = [hashes_of(channel, address) for channel, address in rows]
    earlier = {old: newest for newest, *others in every for old in others}
    for row in WarningSubscriber.objects.filter(address_hash__in=earlier) if earlier else ():
        WarningSubscriber.objects.filter(pk=row.pk).update(address_hash=earlier[row.address_hash])
    return [newest for newest, *_others in every]


def forgotten_hash(pk: object) -> str:
    """What stands in place of the hash once the address is forgotten; no other row has it."""
    return f"{_NOBODY}{pk}"


def plain_address(channel: str, address: str) -> str:
    """An address as it is compared and kept: numbers without blanks and signs, mail in small letters.

    >>> plain_address("sms", "139 0000-1234"), plain_address("email", " Li@Example.org ")
    ('13900001234', 'li@example.org')
    """
    told = address.strip()
    if channel in ("sms", "voice"):
        return "".join(sign for sign in told if sign not in " -()")
    return told.lower() if channel == "email" else told


def shortened(channel: str, address: str) -> str:
    """So much of it that its owner knows it again."""
    return contact_kinds()[channel].short(address) if address and channel in contact_kinds() else ""


@transaction.atomic
def _seal_anew(model: "type[WarningSubscriber | WarningDelivery]", *, after: int, limit: int) -> Resealed:
    rows = {one.pk: one for one in model._default_manager.select_for_update().filter(pk__gt=after).order_by("pk")[:limit]}
    sealed = [(pk, one.address) for pk, one in rows.items() if one.address.startswith(BEGINNING)]

    def write(pk: int, address: str) -> int:
        changed, row = {"address": address}, rows[pk]
        if isinstance(row, WarningSubscriber):
            changed["address_hash"] = hash_of(row.channel, _SEALER.open_text(address))
        return model._default_manager.filter(pk=pk).update(**changed)

    done, lost = _SEALER.renew_each(sealed, write)
    return Resealed(done, lost, max(rows, default=None))


seal_subscribers_anew = partial(_seal_anew, WarningSubscriber)
seal_deliveries_anew = partial(_seal_anew, WarningDelivery)
"""Seal up to `limit` rows behind the row `after` under the key in force; harmless when done twice. Sign-ups live for a day and
are left to lapse.
"""


def _hash(key: bytes, channel: str, address: str) -> str:
    told = f"tocsin.public_warnings.subscriber\0{channel}\0{plain_address(channel, address)}"
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()
