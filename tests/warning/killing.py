"""What the test of sudden deaths needs in a database: two devices with many channels."""

from tests.people import LICANG
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many

DEVICES = ("NORTH", "SOUTH")
CHANNELS = 12


def register_devices() -> dict[str, str]:
    """Methane everywhere, sensor indexes from 0 in the order of devices and channels; the secrets by device code."""
    ensure_regions()
    return register_many(
        actor=system_actor(),
        devices=[NewDevice(code=code, region_code=LICANG) for code in DEVICES],
        sensors=[
            NewSensor(device_code=code, channel=f"c{k}", quantity="methane", lon=120.4, lat=36.2, interval_s=600.0)
            for code in DEVICES
            for k in range(CHANNELS)
        ],
    )
