"""Addresses that hear of warnings for their town: taken over in rows; once ended, never sent to again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import contact_kinds, names_of_towns, require
from tocsin.mobilisation.public_warnings.models import SubscriberTown, WarningDelivery, WarningSubscriber
from tocsin.mobilisation.public_warnings.rules.states import LANGUAGES
from tocsin.mobilisation.public_warnings.services import addresses
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST = 5000
CHANNELS = ("sms", "voice", "email", "messenger")


@dataclass(frozen=True)
class NewSubscriber:
    """One address and its town."""

    channel: str
    address: str
    town_code: str
    language: str = "zh"


@transaction.atomic
def take_subscribers(*, actor: "User", rows: Sequence[NewSubscriber], now: datetime) -> int:
    """All of them or none; an address that is known gets the new town, but for what its owner chose. Returns how many."""
    if len(rows) > MOST:
        raise InvalidInput(_("At most %(most)s addresses at once.") % {"most": MOST})
    kinds, known_towns = contact_kinds(), names_of_towns({row.town_code for row in rows})
    for number, row in enumerate(rows, 1):
        if row.town_code not in known_towns:
            raise InvalidInput(_("Row %(row)s: there is no town %(town)s.") % {"row": number, "town": row.town_code})
        if row.channel not in CHANNELS or not kinds[row.channel].is_address(row.address):
            raise InvalidInput(
                _("Row %(row)s: this is no address of the channel %(channel)s.") % {"row": number, "channel": row.channel}
            )
        if row.language not in LANGUAGES:
            raise InvalidInput(_("Row %(row)s: languages are zh and en.") % {"row": number})
    for region in sorted({row.town_code[:6] for row in rows}):
        require(actor, "channels.manage", region)
    hashes = addresses.known_anew((row.channel, row.address) for row in rows)
    chosen = set(WarningSubscriber.objects.filter(own=True, address_hash__in=hashes).values_list("address_hash", flat=True))
    made = [
        WarningSubscriber(
            channel=row.channel,
            address=addresses.seal(addresses.plain_address(row.channel, row.address)),
            address_hash=known,
            language=row.language,
            region_code=row.town_code[:6],
            town_code=row.town_code,
            created_at=now,
        )
        for row, known in zip(rows, hashes, strict=True)
        if known not in chosen
    ]
    WarningSubscriber.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["channel", "address_hash"],
        update_fields=["address", "language", "region_code", "town_code", "ended_at"],
        batch_size=500,
    )
    for region in sorted({row.town_code[:6] for row in rows}):
        count = sum(row.town_code.startswith(region) for row in rows)
        record_audit(actor, "warning_subscribers.taken", "warning_subscribers", region, region, {"count": count})
    return len(made)


@transaction.atomic
def end_subscriber(*, actor: "User", channel: str, address: str, now: datetime) -> int:
    """No further warning goes there; 0 where there is none that the actor reaches."""
    known = addresses.hashes_of(channel, address)
    row = WarningSubscriber.objects.select_for_update().filter(channel=channel, address_hash__in=known, ended_at=None).first()
    if row is None:
        return 0
    require(actor, "channels.manage", row.region_code)
    forget_subscriber(row, now)
    record_audit(actor, "warning_subscribers.ended", "warning_subscribers", str(row.pk), row.region_code, {"channel": channel})
    return 1


def forget_subscriber(row: WarningSubscriber, now: datetime) -> None:
    """Nothing goes there any more, and the address is gone from every row; how many were told and read stays."""
    row.ended_at, row.address, row.address_hash = now, "", addresses.forgotten_hash(row.pk)
    row.save(update_fields=["ended_at", "address", "address_hash"])
    SubscriberTown.objects.filter(subscriber=row).delete()
    told = WarningDelivery.objects.filter(subscriber=row)
    told.filter(fate="queued").update(fate="stopped")
    told.update(address="")
