"""The outbox: events that were decided in a transaction and wait for the bus."""

from django.db import models


class OutboxEvent(models.Model):
    """One event, written in the transaction of the change that it tells; the relay deletes it when the log has it.

    The primary key only orders rows of one transaction after another; the event's identity is `event_id`.
    """

    event_id = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()
    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    region_code = models.CharField(max_length=6, blank=True)
    data = models.JSONField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.name} {self.event_id}"


class LoopState(models.Model):
    """How one loop of one worker stands, as that worker last said. Times are the machine's."""

    name = models.CharField(max_length=60)
    worker = models.CharField(max_length=120)
    period_s = models.FloatField()
    began_at = models.DateTimeField(null=True)
    took_ms = models.PositiveIntegerField(default=0)
    lag_ms = models.PositiveIntegerField(default=0)
    behind = models.PositiveBigIntegerField(default=0)
    rounds = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    waits = models.BooleanField(default=False)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "worker")
        constraints = (models.UniqueConstraint(fields=("name", "worker"), name="one_state_of_a_loop_in_a_worker"),)

    def __str__(self) -> str:
        return f"{self.name} in {self.worker}"


class LoopLease(models.Model):
    """Which worker runs a loop that one at a time may run, and until when unless it says so again."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=120, blank=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder or 'nobody'}"


class TraceParent(models.Model):
    """The span below which what happens to an alarm or a case is told (`bus.traces`); none where spans are told to nobody."""

    subject = models.UUIDField(primary_key=True)
    parent = models.CharField(max_length=55)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.subject} below {self.parent}"
