"""Resources, the versions of their contracts, their deliveries."""

from django.conf import settings
from django.db import models

from tocsin.atlas.resources.rules.levels import Shared, SharingLevel, Stage
from tocsin.base.ids import new_id


class Resource(models.Model):
    """A table that one body delivers and others read (数据资源).

    `rows`, `columns` and `delivered_at` are those of the delivery that is served, `good`; the rows themselves lie in Delta Lake.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.CharField(max_length=60, unique=True)  # its name in addresses and files
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    theme = models.CharField(max_length=40, blank=True)  # key of `policy/catalogue.toml`
    description = models.CharField(max_length=500, blank=True)
    region_code = models.CharField(max_length=6)
    owner = models.ForeignKey("jurisdiction.Organisation", on_delete=models.PROTECT, related_name="+")
    contact = models.CharField(max_length=60, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=12, default=SharingLevel.INNER.value)
    licence = models.CharField(max_length=120, blank=True)
    cycle_h = models.FloatField(null=True)  # hours between two deliveries; None: whenever something changes
    source = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=1, default="C")
    active = models.BooleanField(default=True)
    contract = models.ForeignKey("Contract", null=True, on_delete=models.PROTECT, related_name="+")
    good = models.ForeignKey("Delivery", null=True, on_delete=models.PROTECT, related_name="+")
    rows = models.BigIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # until when the next good delivery has to be there
    late_since = models.DateTimeField(null=True)  # the alarm of lateness rings since then
    head_told_at = models.DateTimeField(null=True)  # of lateness that stays
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    registered_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name_zh", "slug"]
        indexes = [
            models.Index(fields=["region_code", "theme"], name="resource_by_region"),
            models.Index(fields=["owner"], name="resource_of_owner"),
            models.Index(fields=["due_at"], name="resource_by_end"),
        ]

    def __str__(self) -> str:
        return self.name_zh


class Contract(models.Model):
    """One version of what a resource promises, an ODCS document. Nothing of it is ever changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="contracts")
    number = models.PositiveIntegerField()
    text = models.TextField()
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["resource", "number"], name="one_contract_per_number")]


class Delivery(models.Model):
    """A file that came for a resource, how it was judged, and where it is. `version`: of the Delta table that holds its rows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="deliveries")
    contract = models.ForeignKey(Contract, null=True, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=12, default=Shared.UPLOAD.value)
    file_name = models.CharField(max_length=200)
    layer = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12, default=Stage.ARRIVED.value)
    verdict = models.CharField(max_length=12, blank=True)
    problem = models.JSONField(default=dict)  # why it can't be read: `template` and `figures`
    findings = models.JSONField(default=list)
    untold = models.JSONField(default=list)
    rows = models.BigIntegerField(null=True)
    profile = models.BinaryField(null=True)  # packed; of the delivery that the next one is compared with
    version = models.BigIntegerField(null=True)
    landed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why a broken one is used all the same
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    head_told_at = models.DateTimeField(null=True)  # of a delivery that nobody decides upon

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["resource", "landed_at"], name="delivery_by_landing"),
            models.Index(fields=["stage", "at"], name="delivery_by_stage"),
        ]
