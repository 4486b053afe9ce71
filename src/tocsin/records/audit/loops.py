"""The loops over the audit trail: entries sealed within a second; old ones let go, once their seal says so."""

import logging
from datetime import datetime

from django.utils import timezone

from tocsin.bus.loops.rows import Loop
from tocsin.jurisdiction.face import system_actor
from tocsin.records.audit.queries import any_unsealed, head_of_chain
from tocsin.records.audit.services import BATCH, drop_entries, let_old_entries_go, seal_entries

log = logging.getLogger(__name__)


def seal(*, now: datetime) -> bool:
    """Seals what is new; whether more may wait. Where nothing is new no lock of the database is taken."""
    return any_unsealed() and seal_entries() >= BATCH


def keep_trail(*, now: datetime) -> bool:
    """Lets go what is old, and writes the head into the log, which is kept elsewhere than the database; whether more is old."""
    machine_now = timezone.now()
    if drop_entries(now=machine_now) == BATCH:
        return True
    let_old_entries_go(actor=system_actor(), now=machine_now)
    head = head_of_chain()
    log.info("audit trail: head %d:%s", head.sequence, head.hash)
    return False


SEAL = Loop(name="seal-audit-entries", work=seal, period_s=10.0, wakes_on=("records.AuditEntry",), rest_s=0.5, lease_s=15.0)
LOOPS = (
    SEAL,
    Loop(name="keep-audit-trail", work=keep_trail, period_s=3600.0, lease_s=60.0),
)
