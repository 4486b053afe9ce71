"""How platforms that tell of firms are joined, by page or by `platforms.toml`, and how they fare."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class PlatformTable(models.Model):
    """A platform whose settings were entered on its page: the same that `platforms.toml` would say, and its key, sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(unique=True, max_length=60)
    region_code = models.CharField(max_length=6)
    entered = models.JSONField()  # `policy.Platform` as a table of `platforms.toml` has it
    sealed = models.TextField(blank=True)  # the key, under the installation's key for it; empty: none
    inner = models.JSONField(default=list)  # inner networks in which it may be asked, beside those of the policy
    inner_reason = models.CharField(max_length=300, blank=True)
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]


class Connector(models.Model):
    """One platform that is joined, or that pushed something: what it brought, when, and what could not be taken."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(unique=True, max_length=120)  # as in `platforms.toml`; of one that pushes: `push:…`
    region_code = models.CharField(max_length=6)
    way = models.CharField(max_length=10)  # pull, folder, bus, push
    kind = models.CharField(max_length=10)  # evidence, signs
    platform = models.CharField(max_length=60)
    level = models.CharField(max_length=20)
    joined_at = models.DateTimeField()
    last_tried_at = models.DateTimeField(null=True)
    last_done_at = models.DateTimeField(null=True)
    last_good_at = models.DateTimeField(null=True)  # when a record was counted that had not been there
    newest_at = models.DateTimeField(null=True)  # the newest stamp of a record that was counted
    last_error = models.JSONField(default=dict)  # template and figures of a `federation.rules.Reason`; empty: none
    cursor = models.CharField(max_length=500, blank=True)
    taken = models.PositiveBigIntegerField(default=0)
    known = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    last_refused = models.JSONField(default=list)  # the newest ones: row, template, figures, at

    class Meta:
        ordering = ["name"]


class ConnectorHour(models.Model):
    """What a platform brought within one hour."""

    id = models.BigAutoField(primary_key=True)
    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["hour"]
        constraints = [models.UniqueConstraint(fields=["connector", "hour"], name="one_tally_per_platform_and_hour")]


class ConnectorFirm(models.Model):
    """A firm of which a platform told, and the newest stamp of that."""

    id = models.BigAutoField(primary_key=True)
    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="firms")
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="+")
    newest_at = models.DateTimeField()

    class Meta:
        ordering = ["newest_at"]
        constraints = [models.UniqueConstraint(fields=["connector", "object"], name="one_row_per_platform_and_firm")]
