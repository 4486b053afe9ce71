"""Signs of an overheating cable: smoke gas and warmth together, strongest in the chamber nearest to the joint."""

import numpy as np

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.places import Finding, Place, Question, ramp
from tocsin.engine.diagnosis.scene import Excursion


def _at_ends(question: Question, place: Place, quantity: str) -> list[Excursion]:
    """Departures of that quantity in the chambers at both ends of the cable and at the asked one."""
    scene = question.scene
    assets = {end for end in scene.network.ends(place.asset) if end >= 0} | {scene.asset}
    found = [
        scene.excursion(position, scene.onset_ms - 12 * HOUR_MS)
        for asset in sorted(assets)
        for position in scene.at_asset(asset, quantity)
    ]
    return [departure for departure in found if departure.bins >= 3]


def carbon_monoxide_at_cable(question: Question, place: Place) -> Finding | None:
    """Insulation that chars gives carbon monoxide before it burns."""
    found = _at_ends(question, place, "carbon_monoxide")
    if not found:
        return None
    said = [question.witness(departure.position, ramp(departure.z, 3.0, 9.0)) for departure in found]
    most = found[int(np.argmax(said))]
    return Finding(max(said), most.position, most.usual, most.usual + most.peak, "ppm", most.onset_ms)


def warm_cable(question: Question, place: Place) -> Finding | None:
    """The air at the cable is warmer than that of its peers."""
    found = _at_ends(question, place, "temperature")
    if not found:
        return None
    said = [question.witness(departure.position, ramp(departure.z, 2.0, 6.0)) for departure in found]
    most = found[int(np.argmax(said))]
    return Finding(max(said), most.position, most.usual, most.usual + most.peak, "degC", most.onset_ms)


def cable_near(question: Question, place: Place) -> Finding | None:
    """The cable passes through the asked chamber or within a few metres of it."""
    ends = question.scene.network.ends(place.asset)
    strength = 1.0 if question.scene.asset in ends else -ramp(place.direct_m, 3.0, 25.0)
    return Finding(strength, question.scene.asked, 0.0, place.direct_m, "m")


def locate_by_ends(question: Question, place: Place) -> Place:
    """Along the cable, nearer to the end whose chamber answers more."""
    scene = question.scene
    network = scene.network
    weights = []
    for end in network.ends(place.asset):
        found = [
            scene.excursion(position, scene.onset_ms - 12 * HOUR_MS)
            for position in (scene.at_asset(end, "carbon_monoxide", "temperature") if end >= 0 else [])
        ]
        answered = max((departure.z for departure in found if departure.bins >= 3), default=np.nan)
        weights.append(answered)
    if scene.asset in network.ends(place.asset):
        own = network.ends(place.asset).index(scene.asset)
        other = weights[1 - own]
        here = other if np.isnan(weights[own]) else max(weights[own], 1.0)  # a chamber without such channels says nothing
        # Warmth in a trench fades within tens of metres: a calm far chamber says that the joint is near this one.
        share = 0.2 if np.isnan(other) or other < 4 else float(np.clip(other / (other + here), 0.05, 0.95))
        along = share if own == 0 else 1 - share
        point = network.geometry[place.asset].interpolate(along, normalized=True)
        return Place(place.asset, float(point.x), float(point.y), place.way, place.travel_time_s, place.direct_m)
    return place
