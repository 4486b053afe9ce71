"""Transmitters of fire alarms as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id


class Transmitter(models.Model):
    """A device that speaks GB/T 26875.3: by this source address, from these networks, and by no other."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.OneToOneField("sensing.Device", on_delete=models.CASCADE, related_name="transmitter")
    source = models.CharField(max_length=12, unique=True, verbose_name=_("source address"))
    networks = models.JSONField(default=list, verbose_name=_("networks"))
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("device__code",)

    @property
    def networks_text(self) -> str:
        """The networks as they are entered."""
        return ", ".join(self.networks)
