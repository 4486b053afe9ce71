"""How grave a risk is, by the risk matrix or by Graham and Kinney. Values in, values out."""

import math
from typing import Annotated

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.prevention.rules.kinds import RiskColour, RiskScale

type Figure = Annotated[float, msgspec.Meta(gt=0)]


class ColourLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which value on a risk is red, orange, yellow; below it is blue."""

    red: Figure
    orange: Figure
    yellow: Figure


class MatrixScale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The risk matrix: likelihood and severity from 1 to `most`."""

    most: Annotated[int, msgspec.Meta(ge=3, le=10)]
    limits: ColourLimits


class LecScale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Graham and Kinney: the figures that each factor may have."""

    likelihood: tuple[Figure, ...]
    exposure: tuple[Figure, ...]
    consequence: tuple[Figure, ...]
    limits: ColourLimits


class Scales(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Both scales."""

    ls: MatrixScale
    lec: LecScale


class Factors(msgspec.Struct, frozen=True):
    """What a risk is graded by. `exposure` belongs to LEC alone; `severity` is its consequence C there."""

    scale: RiskScale
    likelihood: float
    severity: float
    exposure: float | None = None


class RiskGrade(msgspec.Struct, frozen=True):
    """R = L·S or D = L·E·C, and the colour that it comes to."""

    value: float
    colour: RiskColour


def grade_risk(factors: Factors, scales: Scales) -> RiskGrade:
    """The grade; InvalidInput names a factor that its scale doesn't know, with those that it knows.

    Source: R = L·S as the matrix of GB/T 27921 in the bands of chemical firms; D = L·E·C of Graham and Kinney (1971).
    """
    if factors.scale is RiskScale.LS:
        if factors.exposure is not None:
            raise InvalidInput("E belongs to LEC alone: leave it empty for LS.")
        whole = [float(one) for one in range(1, scales.ls.most + 1)]
        _known("L", factors.likelihood, whole)
        _known("S", factors.severity, whole)
        value = factors.likelihood * factors.severity
        return RiskGrade(value, colour_of(value, scales.ls.limits))
    if factors.exposure is None:
        raise InvalidInput("LEC needs E, how often people are exposed.")
    _known("L", factors.likelihood, scales.lec.likelihood)
    _known("E", factors.exposure, scales.lec.exposure)
    _known("C", factors.severity, scales.lec.consequence)
    value = round(factors.likelihood * factors.exposure * factors.severity, 6)
    return RiskGrade(value, colour_of(value, scales.lec.limits))


def colour_of(value: float, limits: ColourLimits) -> RiskColour:
    """The colour of a value; a limit itself belongs to the graver colour.

    >>> colour_of(15, ColourLimits(red=20, orange=15, yellow=9)).value
    'orange'
    """
    if value >= limits.red:
        return RiskColour.RED
    if value >= limits.orange:
        return RiskColour.ORANGE
    return RiskColour.YELLOW if value >= limits.yellow else RiskColour.BLUE


def _known(name: str, value: float, known: "list[float] | tuple[float, ...]") -> None:
    if not any(math.isclose(value, one) for one in known):
        told = ", ".join(f"{one:g}" for one in known)
        raise InvalidInput("%(name)s is one of %(known)s, not %(given)s.", name=name, known=told, given=f"{value:g}")
