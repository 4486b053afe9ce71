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
