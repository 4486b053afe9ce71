"""What browsers hear of sensors: their health and their readings."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.screens.live.tables import LiveEvents, LiveReadings
from tocsin.sensing.devices.queries.registry import sensor_table
from tocsin.sensing.health.events import SensorHealthChanged

PERMISSION: Final = "sensors.see"


def regions_of_sensors() -> tuple[NDArray[np.int32], list[str]]:
    """The index of every sensor and the code of its region."""
    table = sensor_table()
    return table.index, list(table.region_code)


LIVE: Final = (
    LiveEvents(
        name="health",
        kinds=(SensorHealthChanged,),
        permission=PERMISSION,
        tell=lambda event: [[event.index, event.health]],
    ),
    LiveReadings(permission=PERMISSION, regions=regions_of_sensors),
)
