"""What flows where in a plant, so that it is known what an alarm follows from."""

from django.db import models

from tocsin.base.ids import new_id


class EquipmentFeed(models.Model):
    """One piece of equipment feeds another: what goes wrong upstream is seen downstream a little later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    upstream = models.ForeignKey("hazchem.PlantEquipment", on_delete=models.CASCADE, related_name="+")
    downstream = models.ForeignKey("hazchem.PlantEquipment", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["upstream_id", "downstream_id"]
        constraints = [models.UniqueConstraint(fields=["upstream", "downstream"], name="equipment_feeds_another_once")]
