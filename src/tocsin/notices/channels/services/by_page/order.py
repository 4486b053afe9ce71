"""The order in which channels are tried for those who chose none."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require
from tocsin.notices.channels import queries
from tocsin.notices.channels.models import ChannelOrder
from tocsin.notices.channels.rules import rights
from tocsin.notices.channels.services.by_page.tables import set_channel_mark
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def set_channel_order(*, actor: "User", kinds: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Every channel once, the first first; none at all: each is tried as its points were entered. Senders follow at once.

    InvalidInput names a channel that is unknown, missing or there twice.
    """
    require(actor, rights.MANAGE, EVERYWHERE)
    known, told = queries.kinds_in_order(), tuple(kinds)
    if unknown := sorted(set(told) - set(known)):
        raise InvalidInput("%(kind)s is no channel; known are %(known)s.", kind=unknown[0], known=", ".join(known))
    if told and (len(told) != len(set(told)) or set(told) != set(known)):
        raise InvalidInput("An order names every channel once: %(known)s.", known=", ".join(known))
    row = ChannelOrder.objects.select_for_update().first()
    before = tuple(row.kinds) if row else ()
    if before == told:
        return told
    if told:
        ChannelOrder.objects.update_or_create(pk=1, defaults={"kinds": list(told), "changed_at": now, "changed_by": actor})
    else:
        ChannelOrder.objects.all().delete()
    record_audit(actor, "channel.order_changed", "channel", "order", EVERYWHERE, {"order": [list(before), list(told)]})
    transaction.on_commit(set_channel_mark)
    return told
