"""Channels whose settings were entered on their page."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class ChannelOrder(models.Model):
    """In which order channels are tried for those who chose none, at most one row: without it the order of their own points."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    kinds = models.JSONField()  # every kind of contact point that a machine hands over, the first first
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_order_of_channels")]


class ChannelTable(models.Model):
    """One channel, one messenger or the address of links: what a table of `channels.toml` would say, its secrets sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)  # `rules.tables.TableKind`
    name = models.CharField(max_length=60, blank=True)  # of a messenger: what contact points name; empty for all others
    entered = models.JSONField()  # the settings of its kind, without secrets
    inner = models.JSONField(default=list)  # inner networks in which it may be reached
    inner_reason = models.CharField(max_length=300, blank=True)
    sealed = models.TextField(blank=True)  # its secrets by name as JSON, under the installation's key for them; empty: none
    secret_names = models.JSONField(default=list)  # which they are: `rules.tables.SecretName`
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tested_at = models.DateTimeField(null=True)
    tested_verdict = models.CharField(max_length=20, blank=True)  # `rules.verdicts.Verdict` of the last test
    tested_words = models.CharField(max_length=500, blank=True)  # what the other side said then, secrets masked

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="one_table_per_channel")]
