"""Grades of wind: GB/T 28591-2012, which is the scale of Beaufort with grades to 17."""

from bisect import bisect_right
from typing import Final

_FROM_M_S: Final = (0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7, 37.0, 41.5, 46.2, 51.0, 56.1)


def beaufort(wind_m_s: float) -> int:
    """The grade 0 to 17 of a wind, mean of ten minutes at 10 m, told to a tenth of a metre a second.

    >>> [beaufort(one) for one in (0.2, 0.3, 7.9, 7.96, 10.7, 60.0)]
    [0, 1, 4, 5, 5, 17]
    """
    return bisect_right(_FROM_M_S, round(wind_m_s, 1))
