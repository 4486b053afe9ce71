"""What the test of sudden deaths needs in a database: two devices with many channels. As a program it prepares a data folder
and prints the devices' secrets and an officer's token as JSON.
"""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.utils import timezone  # noqa: E402

from tests.warning.conftest import LICANG, make_person  # noqa: E402
from tocsin.jurisdiction.areas.services import ensure_regions  # noqa: E402
from tocsin.jurisdiction.people.services.system import system_actor  # noqa: E402
from tocsin.jurisdiction.people.services.tokens import create_token  # noqa: E402
from tocsin.sensing.devices.rules import NewDevice, NewSensor  # noqa: E402
from tocsin.sensing.devices.services import register_many  # noqa: E402

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


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    secrets = register_devices()
    officer = make_person("duty_officer")
    token = create_token(user=officer, name="test", scopes=("alarms.see", "alarms.handle"), now=timezone.now())[1]
    json.dump({"secrets": secrets, "token": token}, sys.stdout)
