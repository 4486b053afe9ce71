"""Lets go what is older than its policy keeps."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError

from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import system_actor
from tocsin.records.audit.services import record_audit
from tocsin.records.retention.policy import FOR_GOOD
from tocsin.records.retention.queries import all_kept
from tocsin.records.retention.rules import Kept

log = logging.getLogger(__name__)


def forget_what_is_old(*, now: datetime) -> int:
    """One batch of every kind, each in a transaction with its audit entry; how many rows went. Called again while any go.

    A kind that fails does not keep the others; the loop says so once they had their turn.
    """
    gone, failed = 0, None
    for kept in all_kept():
        try:
            gone += _forget_batch(kept, now)
        except ProtectedError as error:
            log.exception("%s: something still points at what is to go", kept.code)
            failed = error
    if failed is not None and not gone:
        raise failed
    return gone


def _forget_batch(kept: Kept, now: datetime) -> int:
    days = kept.days()
    if kept.forget is None or days == FOR_GOOD:
        return 0
    before = now - timedelta(days=days)
    with transaction.atomic():
        count = kept.forget(before)
        if count:
            details = {"count": count, "before": before.isoformat(), "days": days}
            record_audit(system_actor(), "retention.deleted", "retention", kept.code, EVERYWHERE, details)
    return count
