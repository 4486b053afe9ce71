"""What was committed goes from SQLite's write-ahead log into the database file beside the writers, not in the middle of one."""

from datetime import datetime

from django.db import connection

from tocsin.bus.loops.rows import Loop

PERIOD_S = 1.0


def checkpoint(*, now: datetime) -> bool:
    """Copies what readers and writers leave it to copy, and waits for nobody (`PRAGMA wal_checkpoint(PASSIVE)`).

    As shipped SQLite leaves this to the writer whose commit fills a thousand pages: for the third of a second that the disk takes
    for it all others waited behind that one. Nothing to do on PostgreSQL.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
    return False


LOOPS = (Loop(name="checkpoint-database", work=checkpoint, period_s=PERIOD_S),)
