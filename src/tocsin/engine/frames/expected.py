"""Text that was read, beside text that is expected: a plate, a permit's number, a gauge's value. Pure.

A reader of signs takes some for others more often than the rest, so a difference of these counts less: Levenshtein's distance
with weights of substitution (Wagner and Fischer 1974). The table is our own, by shape, for the letters and digits of plates.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tocsin.engine.frames.text import PROVINCES

ALIKE: Final = ("0ODQ", "8B3", "1ILT7", "5S", "2Z", "6GC", "UVY", "MNHW", "4A", "EFP")  # one is taken for the other
ALIKE_COSTS: Final = 0.4
PROVINCE_COSTS: Final = 0.5  # the first sign of a plate is dense: any of them is taken for any other
_NUMBER: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class SignCosts:
    """Groups of signs that are taken for each other, what such a difference costs, and what another province's sign costs."""

    alike: tuple[str, ...] = ALIKE
    alike_costs: float = ALIKE_COSTS
    province_costs: float = PROVINCE_COSTS


USUAL: Final = SignCosts()


class ReadVerdict(StrEnum):
    """Whether what was read is what is expected."""

    MATCH = "match"
    DOUBTFUL = "doubtful"  # so little differs that signs may have been misread
    OTHER = "other"


@dataclass(frozen=True)
class Comparison:
    """The line that is nearest to what is expected, how far it is (sum of weights), and the difference of two values."""

    verdict: ReadVerdict
    nearest: str
    distance: float | None = None
    difference: float | None = None


def compare(lines: Sequence[str], expected: str, doubtful: float, costs: SignCosts = USUAL) -> Comparison:
    """What is expected against lines that were read; up to a distance of `doubtful` signs may have been misread. A number is
    compared by its value, with every number that was read.

    >>> compare(["鲁B·08362", "危险品"], "鲁BD8362", 1.0)
    Comparison(verdict=<ReadVerdict.DOUBTFUL: 'doubtful'>, nearest='鲁B08362', distance=0.4, difference=None)
    >>> compare(["1.10 MPa"], "1.1", 1.0).verdict
    <ReadVerdict.MATCH: 'match'>
    """
    if _NUMBER.fullmatch(expected.strip()):
        return _compare_values(lines, _value(expected.strip()))
    wanted, found = plain(expected), Comparison(ReadVerdict.OTHER, "")
    for line in lines:
        text = plain(line)
        for part in _parts(text, len(wanted)):
            far = distance(part, wanted, costs)
            if found.distance is None or far < found.distance:
                found = Comparison(_verdict(far, doubtful), part, far)
    return found


def plain(text: str) -> str:
    """Without what stands between signs, in capitals.

    >>> plain("鲁b·D7362 ")
    '鲁BD7362'
    """
    return re.sub(r"[\s·•.\-:_/（）()]", "", text.upper())


def distance(read: str, expected: str, costs: SignCosts = USUAL) -> float:
    """What it costs to make one of the other: a sign more or less 1, another sign 1, or less where both look alike.

    >>> distance("鲁B08362", "鲁BD8362"), distance("鲁B1234", "鲁B12345"), distance("粤B12345", "鲁B12345")
    (0.4, 1.0, 0.5)
    """
    row = [float(place) for place in range(len(expected) + 1)]
    for above, sign in enumerate(read, start=1):
        diagonal, row[0] = row[0], float(above)
        for place, wanted in enumerate(expected, start=1):
            change = diagonal + _cost(sign, wanted, costs)
            diagonal = row[place]
            row[place] = min(change, row[place] + 1, row[place - 1] + 1)
    return round(row[-1], 3)


def _cost(one: str, other: str, costs: SignCosts) -> float:
    if one == other:
        return 0.0
    if one in PROVINCES and other in PROVINCES:
        return costs.province_costs
    return costs.alike_costs if any(one in group and other in group for group in costs.alike) else 1.0


def _parts(text: str, length: int) -> Sequence[str]:
    """The text itself, and each part of a longer one that is as long as what is expected: a plate stands among other words."""
    return [text[start : start + length] for start in range(len(text) - length)] + [text[-length:] if length else text, text]


def _verdict(far: float, doubtful: float) -> ReadVerdict:
    return ReadVerdict.MATCH if far == 0 else ReadVerdict.DOUBTFUL if far <= doubtful else ReadVerdict.OTHER


def _compare_values(lines: Sequence[str], wanted: float) -> Comparison:
    read = [one for line in lines for one in _NUMBER.findall(line)]
    nearest = min(read, key=lambda one: abs(_value(one) - wanted), default=None)
    if nearest is None:
        return Comparison(ReadVerdict.OTHER, "")
    difference = round(_value(nearest) - wanted, 6)
    return Comparison(ReadVerdict.OTHER if difference else ReadVerdict.MATCH, nearest, difference=difference)


def _value(text: str) -> float:
    return float(text.replace(",", "."))
