"""What was noisy, week by week."""

from django.db import models

from tocsin.base.ids import new_id


class NoisyList(models.Model):
    """The noisy rules of one region in one week, each with a proposal and its effect on the history of its sensor.

    `rules`: its noisy points, of `rules.NoisyRule`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    week_from = models.DateTimeField()
    week_until = models.DateTimeField()
    written_at = models.DateTimeField()
    alarms = models.PositiveIntegerField()  # of the region in that week
    rules = models.JSONField(default=list)

    class Meta:
        ordering = ["-week_until", "region_code"]
        constraints = [models.UniqueConstraint(fields=["region_code", "week_until"], name="one_noisy_list_per_region_and_week")]
