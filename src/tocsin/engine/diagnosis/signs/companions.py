"""Do the sensors beside the asked one agree that something happens?"""

import numpy as np

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.places import Finding, Place, Question

# What else moves in the same chamber when the asked quantity really does, and by how much for each unit of it at least: 1 %LEL of
# methane displaces 0.0105 % of oxygen; where it is not known, any movement counts and calm says little.
SAME_CHAMBER: dict[str, dict[str, float]] = {
    "methane": {"oxygen": 0.0105, "hydrogen_sulphide": 0.0, "ethane_ratio": 0.0},
    "hydrogen_sulphide": {"methane": 0.0, "oxygen": 0.0},
    "carbon_monoxide": {"temperature": 0.0, "oxygen": 0.0},
    "oxygen": {"methane": 0.0, "hydrogen_sulphide": 0.0, "carbon_monoxide": 0.0},
    "level": {"flow": 0.0, "conductivity": 0.0, "temperature": 0.0},
    "temperature": {"carbon_monoxide": 0.0, "level": 0.0},
    "ethane_ratio": {"methane": 4.0},
    "pressure": {"flow": 0.0},
    "flow": {"level": 0.0, "pressure": 0.0},
    "conductivity": {"methane": 0.0, "level": 0.0, "temperature": 0.0},
}
# Which way it moves then; both where it may be either. Oxygen that rises with a gas is no agreement: nothing adds oxygen to air.
AGREES = {"methane": (1,), "hydrogen_sulphide": (1,), "carbon_monoxide": (1,), "ethane_ratio": (1,), "oxygen": (-1,)}
SURE_OF_CALM = 3.0  # times its noise that a companion should have moved


def companions_calm(question: Question, place: Place) -> Finding | None:
    """Neither other channels of the chamber nor the same quantity close by has moved with the asked sensor.

    Neighbours that stay calm count as the nearest of them: what does not come so far reaches none behind it either.
    """
    scene = question.scene
    if scene.departure.z < 5:
        return None
    start = scene.onset_ms - 2 * HOUR_MS
    doubt, beside, calm = 1.0, 0.0, []
    for position, trust in _companions(question):
        quantity = scene.sensors.quantity[position]
        ways = (scene.direction,) if quantity == scene.quantity else AGREES.get(quantity, (1, -1))
        moved, way = max(((scene.excursion(position, start, way), way) for way in ways), key=lambda pair: pair[0].z)
        if moved.bins < 3:
            continue
        if moved.z > 5:
            seen = moved.usual + way * moved.peak
            return Finding(-min(1.0, 2 * trust), position, moved.usual, seen, ts_ms=moved.onset_ms)
        if int(scene.sensors.asset[position]) == scene.asset:
            doubt *= 1 - trust
        else:
            beside = max(beside, trust)
        calm.append(position)
    if not calm:
        return None
    return Finding(1 - doubt * (1 - beside), calm[0], figures={"sensors": len(calm)})


def _companions(question: Question) -> list[tuple[int, float]]:
    """Sensors that should agree with the asked one, and how much each one's calm would say (0 to 1), nearest first."""
    scene = question.scene
    found: list[tuple[float, int, float]] = []
    expected = SAME_CHAMBER.get(scene.quantity, {})
    for position in scene.at_asset(scene.asset, *expected) if scene.asset >= 0 and expected else ():
        if position != scene.asked:
            due = expected[scene.sensors.quantity[position]] * scene.departure.peak
            sure = due > SURE_OF_CALM * float(scene.scale[position])
            found.append((0.0, position, 0.6 if sure else 0.25))
    reach_m = question.figure("companion_m")
    for position in scene.near(*scene.place, reach_m, scene.quantity):
        if position != scene.asked:
            metres = float(np.hypot(scene.x_m[position] - scene.place[0], scene.y_m[position] - scene.place[1]))
            found.append((metres, position, 0.5 * (1 - 0.8 * metres / reach_m)))
    return [(position, trust) for _, position, trust in sorted(found)]
