"""Looks whether a device needs somebody to look after it, and which kept messages are too old."""

from tocsin.bus.loops.rows import Loop
from tocsin.sensing.quarantine.services.asides import tell_keepers
from tocsin.sensing.quarantine.services.full_room import tell_full_room
from tocsin.sensing.quarantine.services.keeping import drop_old
from tocsin.sensing.quarantine.services.strangers import drop_old_strange

LOOPS = (
    Loop(name="tell-keepers-of-devices", work=tell_keepers, period_s=300.0, lease_s=60.0),
    Loop(name="drop-old-messages", work=drop_old, period_s=3600.0, lease_s=60.0),
    Loop(name="drop-strangers-messages", work=drop_old_strange, period_s=3600.0, lease_s=60.0),
    Loop(name="tell-full-room", work=tell_full_room, period_s=60.0, lease_s=60.0),
)
