"""The newest alarms of a device on its page: there a first alarm is seen to arrive."""

from typing import TYPE_CHECKING, Final

from tocsin.jurisdiction.face import may
from tocsin.sensing.face import DeviceSection
from tocsin.warning.alarms.queries.alarms import alarms_of_device
from tocsin.warning.alarms.rules.states import PERMISSION_SEE
from tocsin.warning.alarms.shown.alarms import AlarmOut
from tocsin.warning.alarms.shown.works import without_works

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.sensing.face import Device

MOST: Final = 5


def told_of_device(device: "Device", person: "Person") -> dict[str, object] | None:
    """The context of the section; None for who sees no alarms there."""
    if not may(person, PERMISSION_SEE, device.region_code):
        return None
    newest = alarms_of_device(person, device.pk)[:MOST]
    return {"device": device, "alarms": [AlarmOut.from_orm(without_works(one)) for one in newest]}


SECTION: Final = DeviceSection("alarms", told_of_device, "warning/alarms/of_device.html")
