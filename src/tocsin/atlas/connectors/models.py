"""Connectors of resources, how their fetches went, and their sealed secrets."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class ResourceConnector(models.Model):
    """Where a resource is fetched from, and how that went.

    `source`: `rules.sources.Source` as it is stored. `mark`: what the source said of its state, by which it tells whether
    anything has changed; empty where everything is to be brought again. `next_at` is when it is asked next.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.OneToOneField("Resource", on_delete=models.CASCADE, related_name="connector")
    source = models.JSONField()
    every_h = models.FloatField(null=True)  # None: the resource's cycle
    active = models.BooleanField(default=True)
    mark = models.JSONField(default=dict)
    tried_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)  # the last fetch that did
    changed_at = models.DateTimeField(null=True)  # the last that brought something new
    next_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    problem = models.JSONField(default=dict)  # of the last failure: `template` and `figures`
    told_at = models.DateTimeField(null=True)  # when the owner was told of this row of failures
    configured_at = models.DateTimeField()
    configured_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["active", "next_at"], name="connector_by_next")]


class MessageSetAside(models.Model):
    """A message of a bus that tells no change of any object. `stream_made`: which making of the stream numbered it; `reason`:
    `template` and `figures`; what it begins with is forgotten when somebody puts it away.
    """

    id = models.BigAutoField(primary_key=True)
    connector = models.ForeignKey(ResourceConnector, on_delete=models.CASCADE, related_name="messages_aside")
    stream_made = models.CharField(max_length=40)
    sequence = models.BigIntegerField()
    subject = models.CharField(max_length=200)
    sent_at = models.DateTimeField()
    came_at = models.DateTimeField()
    beginning = models.CharField(max_length=500, blank=True)
    reason = models.JSONField()
    put_away_at = models.DateTimeField(null=True)
    put_away_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connector", "stream_made", "sequence"], name="one_row_per_message_aside")]
        indexes = [models.Index(fields=["connector", "put_away_at", "-came_at"], name="message_aside_by_arrival")]


class ConnectorSecret(models.Model):
    """What a connector logs in with, sealed under the installation's key for it."""

    id = models.BigAutoField(primary_key=True)
    connector = models.OneToOneField(ResourceConnector, on_delete=models.CASCADE, related_name="secret")
    sealed = models.TextField()
