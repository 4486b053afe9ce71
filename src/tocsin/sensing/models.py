"""The tables of sensing, as Django looks for them; each lies in its subject."""

from tocsin.sensing.devices import models as devices
from tocsin.sensing.modbus import models as modbus
from tocsin.sensing.quarantine import models as quarantine
from tocsin.sensing.transmitters import models as transmitters

__all__ = ["devices", "modbus", "quarantine", "transmitters"]
