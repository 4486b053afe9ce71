"""Gateways tell later what became of letters of public warnings. What fits no letter is counted apart and changes nothing."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tocsin.mobilisation.public_warnings.models import ReceiptFault, WarningDelivery
from tocsin.mobilisation.public_warnings.rules.outlets import ReceiptVerdict, judge_receipt
from tocsin.notices.channels.rules.letters import Receipt
from tocsin.notices.channels.rules.verdicts import Fate

log = logging.getLogger(__name__)
PREFIX = "warning-"


def take_receipt(receipt: Receipt, *, channel: str, now: datetime, outlet_id: str = "") -> bool:
    """Whether it is about a letter of a public warning; that letter is delivered, read or failed then."""
    with transaction.atomic():
        rows = WarningDelivery.objects.select_for_update()
        number = receipt.id.removeprefix(PREFIX)
        if receipt.id.startswith(PREFIX):
            row = rows.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
        else:
            row = rows.filter(outcome=receipt.id, channel=channel).first()  # the gateway's own number
            if row is None:
                return False
        verdict = ReceiptVerdict.UNKNOWN
        if row is not None:
            own = row.channel == channel and (not outlet_id or row.address == outlet_id)
            verdict = judge_receipt(fate=row.fate, attempts=row.attempts, is_its_own=own)
        if row is not None and verdict is ReceiptVerdict.COUNTS:
            _write(row, receipt, now)
        else:
            _fault(channel, verdict, receipt, now)
    return verdict is ReceiptVerdict.COUNTS or verdict is ReceiptVerdict.TWICE


def _write(row: WarningDelivery, receipt: Receipt, now: datetime) -> None:
    if receipt.fate is Fate.FAILED:
        row.fate, row.outcome = "failed", receipt.words[:300]
    else:
        row.fate, row.delivered_at = "delivered", now
        row.sent_at = row.sent_at or now
        if receipt.fate in (Fate.READ, Fate.SIGNED):
            row.read_at = row.read_at or now
    row.leased_until = None
    row.save(update_fields=["fate", "outcome", "delivered_at", "sent_at", "read_at", "leased_until"])


def _fault(channel: str, verdict: ReceiptVerdict, receipt: Receipt, now: datetime) -> None:
    log.warning("a receipt of %s fits no letter of a public warning: %s, number %.60r", channel, verdict.value, receipt.id)
    ReceiptFault.objects.get_or_create(channel=channel, reason=verdict.value, defaults={"last_at": now})
    ReceiptFault.objects.filter(channel=channel, reason=verdict.value).update(count=F("count") + 1, last_at=now)
