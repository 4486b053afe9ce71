"""Units of Modbus as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id
from tocsin.sensing.modbus.rules import Register


class ModbusUnit(models.Model):
    """A device that is asked by Modbus TCP: where, how often, which registers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.OneToOneField("sensing.Device", on_delete=models.CASCADE, related_name="modbus_unit")
    host = models.CharField(max_length=253, verbose_name=_("host"))
    port = models.IntegerField(default=502, verbose_name=_("port"))
    unit = models.IntegerField(default=1, verbose_name=_("unit number"))
    period_s = models.FloatField(default=60.0, verbose_name=_("period in seconds"))
    registers = models.JSONField(default=list)  # lines of a map, as `rules.read_map` reads them
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("device__code",)

    @property
    def map_text(self) -> str:
        """Its map, one register a line."""
        return "\n".join(self.registers)

    @staticmethod
    def lines_of(registers: tuple[Register, ...]) -> list[str]:
        """As they are kept."""
        return [one.line() for one in registers]
