"""Records of platforms that tell whether a firm works."""

from django.conf import settings
from django.db import models


class EvidenceRecord(models.Model):
    """One message of a platform about a firm. `origin` is the same for copies of one record on several levels."""

    id = models.BigAutoField(primary_key=True)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="evidence")
    source = models.CharField(max_length=30)  # `engine.work.Source`
    level = models.CharField(max_length=20)
    platform = models.CharField(max_length=60)
    stamped_at = models.DateTimeField()
    received_at = models.DateTimeField()
    value = models.FloatField()
    unit = models.CharField(max_length=20, blank=True)
    origin = models.CharField(max_length=120, blank=True)
    sender = models.CharField(max_length=60, blank=True)  # who brought it: what comes from one sender is one kind of evidence

    class Meta:
        ordering = ["stamped_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["object", "source", "platform", "level", "stamped_at"], name="one_record_per_source_and_time"
            )
        ]


class EvidenceSender(models.Model):
    """What one token may send: as one platform on one level, of firms of one region, by these sources."""

    token_id = models.UUIDField(primary_key=True, editable=False)  # `jurisdiction.ApiToken`; ends with it
    platform = models.CharField(max_length=60)
    level = models.CharField(max_length=20)
    region_code = models.CharField(max_length=6)
    sources = models.JSONField(default=list)  # `engine.work.Source`
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["platform", "level"]
