"""The tables of sensing, as Django looks for them; each lies in its subject."""

from tocsin.sensing.attributes import models as attributes
from tocsin.sensing.availability import models as availability
from tocsin.sensing.certificates import models as certificates
from tocsin.sensing.devices import models as devices
from tocsin.sensing.frame_keys import models as frame_keys
from tocsin.sensing.history import models as history
from tocsin.sensing.modbus import models as modbus
from tocsin.sensing.onboarding import models as onboarding
from tocsin.sensing.opcua import models as opcua
from tocsin.sensing.quarantine import models as quarantine
from tocsin.sensing.rereading import models as rereading
from tocsin.sensing.silence import models as silence
from tocsin.sensing.timing import models as timing
from tocsin.sensing.transmitters import models as transmitters
from tocsin.sensing.trust import models as trust

__all__ = [
    "attributes",
    "availability",
    "certificates",
    "devices",
    "frame_keys",
    "history",
    "modbus",
    "onboarding",
    "opcua",
    "quarantine",
    "rereading",
    "silence",
    "timing",
    "transmitters",
    "trust",
]
