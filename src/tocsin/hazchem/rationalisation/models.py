"""What is written of alarms: for a unit, for its points of a kind, for one point."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.hazchem.rationalisation.rules import Sheet


class ResponseSheet(models.Model):
    """Cause, consequence, action and time to respond of the alarms of a unit, of its points of a kind, or of one point. What a
    narrower sheet leaves empty the wider one tells (`rules.inherit`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("hazchem.PlantUnit", on_delete=models.CASCADE, related_name="response_sheets")
    point_kind = models.CharField(max_length=12, blank=True)  # `installations.rules.kinds.PointKind`; empty: of every kind
    point = models.ForeignKey("hazchem.PlantPoint", null=True, on_delete=models.CASCADE, related_name="+")
    cause = models.CharField(max_length=500, blank=True)
    consequence = models.CharField(max_length=500, blank=True)
    action = models.CharField(max_length=500, blank=True)
    respond_min = models.FloatField(null=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["point_kind", "point_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "point_kind"], condition=Q(point__isnull=True), name="one_response_sheet_of_a_kind_in_a_unit"
            ),
            models.UniqueConstraint(fields=["point"], condition=Q(point__isnull=False), name="one_response_sheet_of_a_point"),
        ]

    @property
    def sheet(self) -> Sheet:
        """What is written, as the rules take it."""
        return Sheet(self.cause, self.consequence, self.action, self.respond_min)
