"""Clouds in plain Python, one point at a time: what the arrays of the engine are held against."""

import math

from tocsin.engine.consequences.weather import Weather

PLUME = {
    "rural": {
        "A": (lambda x: 0.22 * x / math.sqrt(1 + 0.0001 * x), lambda x: 0.20 * x),
        "B": (lambda x: 0.16 * x / math.sqrt(1 + 0.0001 * x), lambda x: 0.12 * x),
        "C": (lambda x: 0.11 * x / math.sqrt(1 + 0.0001 * x), lambda x: 0.08 * x / math.sqrt(1 + 0.0002 * x)),
        "D": (lambda x: 0.08 * x / math.sqrt(1 + 0.0001 * x), lambda x: 0.06 * x / math.sqrt(1 + 0.0015 * x)),
        "E": (lambda x: 0.06 * x / math.sqrt(1 + 0.0001 * x), lambda x: 0.03 * x / (1 + 0.0003 * x)),
        "F": (lambda x: 0.04 * x / math.sqrt(1 + 0.0001 * x), lambda x: 0.016 * x / (1 + 0.0003 * x)),
    },
    "urban": {
        "A": (lambda x: 0.32 * x / math.sqrt(1 + 0.0004 * x), lambda x: 0.24 * x * math.sqrt(1 + 0.001 * x)),
        "B": (lambda x: 0.32 * x / math.sqrt(1 + 0.0004 * x), lambda x: 0.24 * x * math.sqrt(1 + 0.001 * x)),
        "C": (lambda x: 0.22 * x / math.sqrt(1 + 0.0004 * x), lambda x: 0.20 * x),
        "D": (lambda x: 0.16 * x / math.sqrt(1 + 0.0004 * x), lambda x: 0.14 * x / math.sqrt(1 + 0.0003 * x)),
        "E": (lambda x: 0.11 * x / math.sqrt(1 + 0.0004 * x), lambda x: 0.08 * x / math.sqrt(1 + 0.0015 * x)),
        "F": (lambda x: 0.11 * x / math.sqrt(1 + 0.0004 * x), lambda x: 0.08 * x / math.sqrt(1 + 0.0015 * x)),
    },
}
PUFF = {
    "A": (0.18, 0.92, 0.60, 0.75),
    "B": (0.14, 0.92, 0.53, 0.73),
    "C": (0.10, 0.92, 0.34, 0.71),
    "D": (0.06, 0.92, 0.15, 0.70),
    "E": (0.04, 0.92, 0.10, 0.65),
    "F": (0.02, 0.89, 0.05, 0.61),
}


def plain_plume(rate: float, weather: Weather, height: float, averaging_s: float, x: float, y: float, z: float) -> float:
    """kg/m3 of a plume at one point."""
    if x <= 0:
        return 0.0
    across_of, up_of = PLUME[weather.terrain.value][weather.stability.value]
    across, up = across_of(x) * (averaging_s / 600) ** 0.2, up_of(x)
    if weather.terrain.value == "rural":
        up *= (10 * weather.roughness_m) ** (0.53 * x**-0.22)
    wind = weather.wind_at(height)
    total = 0.0
    for mirror in (height, -height):
        total += math.exp(-((z - mirror) ** 2) / (2 * up**2))
    return rate / (2 * math.pi * wind * across * up) * math.exp(-(y**2) / (2 * across**2)) * total


def plain_puff(mass: float, weather: Weather, height: float, x: float, y: float, z: float, t: float) -> float:
    """kg/m3 of a puff at one point and time."""
    if t <= 0:
        return 0.0
    centre = weather.wind_at(height) * t
    a, b, c, d = PUFF[weather.stability.value]
    level, up = a * centre**b, c * centre**d
    total = 0.0
    for mirror in (height, -height):
        total += math.exp(-((z - mirror) ** 2) / (2 * up**2))
    around = math.exp(-((x - centre) ** 2) / (2 * level**2)) * math.exp(-(y**2) / (2 * level**2))
    return mass / ((2 * math.pi) ** 1.5 * level * level * up) * around * total


def plain_cylinder_view(distance: float, height: float, tilt: float, rings: int = 160, around: int = 160) -> float:
    """View factor of a cylinder of radius 1 and slant `height` that leans by `tilt` to the observer on the ground: pieces summed.

    Slices lie level (an oblique cylinder, as a flame's are); what a vertical and a level surface see is put together.
    """
    upright = level = 0.0
    for ring in range(rings):
        up = (ring + 0.5) / rings * height
        z, lean = up * math.cos(tilt), up * math.sin(tilt)
        for piece in range(around):
            angle = (piece + 0.5) / around * 2 * math.pi
            x, y = lean + math.cos(angle), math.sin(angle)
            # the side's area as a vector: the tangent around crossed with the one upwards
            normal = (
                math.cos(angle) * math.cos(tilt),
                math.sin(angle) * math.cos(tilt),
                -math.sin(tilt) * math.cos(angle),
            )
            area = height / rings * 2 * math.pi / around
            to = (distance - x, -y, -z)
            squared = to[0] ** 2 + to[1] ** 2 + to[2] ** 2
            facing = (normal[0] * to[0] + normal[1] * to[1] + normal[2] * to[2]) / math.sqrt(squared)
            if facing <= 0:
                continue
            part = facing * area / (math.pi * squared)
            upright += part * max(to[0], 0.0) / math.sqrt(squared)
            level += part * max(-to[2], 0.0) / math.sqrt(squared)
    return math.hypot(upright, level)
