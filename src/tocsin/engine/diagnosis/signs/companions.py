"""Do the sensors beside the asked one agree that something happens?"""

import numpy as np

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.places import Finding, Place, Question

# What else moves in the same chamber when the asked quantity really does; temperature of air does not follow gas.
SAME_CHAMBER = {
    "methane": ("oxygen", "hydrogen_sulphide", "ethane_ratio"),
    "hydrogen_sulphide": ("methane", "oxygen"),
    "carbon_monoxide": ("temperature", "oxygen"),
    "oxygen": ("methane", "hydrogen_sulphide", "carbon_monoxide"),
    "level": ("flow", "conductivity"),
    "temperature": ("carbon_monoxide",),
    "ethane_ratio": ("methane",),
}


def companions_calm(question: Question, place: Place) -> Finding | None:
    """Neither other channels of the chamber nor the same quantity close by has moved with the asked sensor."""
    scene = question.scene
    if scene.departure.z < 5:
        return None
    x_m, y_m = scene.place
    start = scene.onset_ms - 2 * HOUR_MS
    calm: list[int] = []
    for position, quantity in enumerate(scene.sensors.quantity):
        if position == scene.asked:
            continue
        same_chamber = scene.asset >= 0 and int(scene.sensors.asset[position]) == scene.asset
        if same_chamber and quantity not in SAME_CHAMBER.get(scene.quantity, ()):
            continue
        if not same_chamber:
            if quantity != scene.quantity:
                continue
            other_x, other_y = scene.place_of(position)
            if np.hypot(other_x - x_m, other_y - y_m) > question.figure("companion_m"):
                continue
        up, down = scene.excursion(position, start), scene.excursion(position, start, -1)
        moved = up if up.z >= down.z else down
        if moved.bins < 3:
            continue
        if moved.z > 5:
            return Finding(-1.0, position, moved.usual, moved.usual + moved.peak, ts_ms=moved.onset_ms)
        calm.append(position)
    if not calm:
        return None
    return Finding(min(1.0, 0.3 + 0.25 * len(calm)), calm[0], figures={"sensors": len(calm)})
