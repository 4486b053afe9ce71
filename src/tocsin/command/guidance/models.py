"""Lines of guidance that were written in the product."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.command.guidance.rules.lines import GuidanceKind


class GuidanceLine(models.Model):
    """A line of guidance at its address: class × area × object. Nothing is overwritten: a change is a newer row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=60)  # of two lines with one key the narrower holds, of equals the newer
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in GuidanceKind])
    of_class = models.CharField(max_length=40)
    region_code = models.CharField(max_length=6)
    asset = models.ForeignKey("lifelines.Asset", null=True, on_delete=models.PROTECT, related_name="+")
    zh = models.CharField(max_length=500)
    en = models.CharField(max_length=500)
    withdrawn = models.BooleanField(default=False)
    effective_from = models.DateTimeField()
    effective_to = models.DateTimeField(null=True)
    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=1)
    reason = models.CharField(max_length=500)  # of the change
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-effective_from", "-id"]
        indexes = [models.Index(fields=["region_code", "of_class"], name="guidance_by_address")]
