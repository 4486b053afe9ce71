"""What the installation tells of itself: loops, what waits for the log, disk, backup."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from tocsin.records.system import queries
from tocsin.records.system.policy import backup_due_s
from tocsin.records.system.rules import Gauge, Unit

LATE_S: Final = 30.0
MANY_WAITING: Final = 1000

GAUGES: Final = (
    Gauge("loops_failing", _("Loops that fail or whose worker is silent"), queries.loops_failing, limit=1),
    Gauge("loop_lag", _("Loops began late by"), queries.loops_late, Unit.SECONDS, limit=LATE_S),
    Gauge("loop_behind", _("Messages of the log not yet read by"), queries.loops_behind, limit=MANY_WAITING),
    Gauge("outbox_events", _("Events that the log does not have yet"), queries.events_waiting, limit=MANY_WAITING),
    Gauge("outbox_oldest", _("Oldest event that the log does not have yet"), queries.oldest_event, Unit.SECONDS, limit=LATE_S),
    Gauge("database", _("Database"), queries.database_size, Unit.BYTES),
    Gauge("disk_free", _("Free on the disk of the data folder"), queries.disk_free, Unit.BYTES),
    Gauge("backup_age", _("Newest backup"), queries.backup_age, Unit.SECONDS, limit=backup_due_s),
)
