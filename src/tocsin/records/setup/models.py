"""Steps of setting up that somebody left out, as rows. What is done is never stored: it is counted."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id


class SkippedStep(models.Model):
    """A step that this area does without, and why; the row goes where somebody takes the step up again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    step = models.CharField(max_length=40)  # `screens.readiness.SetupStep.name`
    region_code = models.CharField(max_length=6)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["region_code", "step"]
        constraints = [models.UniqueConstraint(fields=["step", "region_code"], name="one_skipped_step_per_area")]

    def __str__(self) -> str:
        return f"{self.region_code} {self.step}"
