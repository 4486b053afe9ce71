"""Records of platforms that tell whether a firm works."""

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

    class Meta:
        ordering = ["stamped_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["object", "source", "platform", "level", "stamped_at"], name="one_record_per_source_and_time"
            )
        ]
