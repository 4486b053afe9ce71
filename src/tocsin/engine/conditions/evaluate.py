"""Where a condition holds: a function of what its terms measure, of places and of the network, without memory."""

from collections.abc import Callable, Collection, Mapping

from tocsin.engine.conditions.model import Condition, Held

type Reach = Callable[[int, Collection[int]], Mapping[int, float]]
"""From a sensor and others: which of them are within the condition's metres, itself included, and how far."""


def where_it_holds(
    condition: Condition, values: tuple[Mapping[int, float], ...], reach: Reach, told: Collection[int] = ()
) -> list[Held]:
    """Where the condition is true, one place for each group of sensors that make it so.

    `values`: of each term by sensor what it measures; sensors that do not have the quantity are left out. `told`: sensors at
    which it is told already: the group stays there while the condition holds there. Else it is told at a sensor of the earliest
    term that holds, and of those at the lowest sensor.
    """
    holding = [
        {sensor: value for sensor, value in of_term.items() if term.holds(value)}
        for term, of_term in zip(condition.terms, values, strict=True)
    ]
    anywhere = sorted({sensor for of_term in holding for sensor in of_term})
    true = {sensor: held for sensor in anywhere if (held := _at(condition, holding, sensor, reach(sensor, anywhere)))}
    chosen: list[Held] = []
    covered: set[int] = set()
    for sensor in sorted(true, key=lambda one: (one not in told, _earliest(holding, one), one)):
        if sensor not in covered:
            chosen.append(true[sensor])
            covered |= true[sensor].sensors
    return chosen


def _at(condition: Condition, holding: list[dict[int, float]], anchor: int, near: Mapping[int, float]) -> Held | None:
    """The condition at one sensor; None where too few terms hold near it."""
    branch = []
    for number, (term, of_term) in enumerate(zip(condition.terms, holding, strict=True)):
        hits = sorted((sensor for sensor in of_term if sensor in near), key=lambda one: (near[one], one))
        if len(hits) >= term.sensors:
            branch.append((number, tuple((sensor, of_term[sensor]) for sensor in hits)))
    if len(branch) < condition.need or not any(anchor in dict(hits) for _number, hits in branch):
        return None
    return Held(anchor, tuple(branch))


def _earliest(holding: list[dict[int, float]], sensor: int) -> int:
    return next(number for number, of_term in enumerate(holding) if sensor in of_term)
