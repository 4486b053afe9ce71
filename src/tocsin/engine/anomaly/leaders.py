"""Which channels tell whether an anomaly lasts: those that departed far. What departed little beside them may be a mere trace: a
motor that cooled down while the flow was gone stays cool for long after the flow is back.
"""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.anomaly.course import FAST, HEIGHT, KEPT, SIZE, SLOW, STRAYING, WEIGHT
from tocsin.engine.kernel import aside

Floats = NDArray[np.float64]

MINOR = 0.35  # of the farthest channel's height, below which a channel does not tell whether the anomaly lasts
SIZED = 8.0  # readings that a size is the mean of
LARGEST = 24.0  # thresholds that count towards it
AGAIN, AGAIN_MOST = 0.5, 6.0  # share of the height, and thresholds, that a new anomaly must reach just after this one
UNFADED = 0.99  # weight below which a slow channel has lost part of its say


@aside
def least_height(courses: Floats) -> float:
    """The height in this anomaly below which a channel has no say in its end; 0 while none lasts."""
    return MINOR * float(courses[:, HEIGHT].max())


@aside
def rise(courses: Floats, sizes: Floats, lasts: bool) -> None:
    """Takes in how far each channel departs, `sizes` float64[c] in thresholds, while an anomaly `lasts`."""
    for c in range(len(courses)):
        course = courses[c]
        course[SIZE] += (min(sizes[c], LARGEST) - course[SIZE]) / SIZED
        course[SIZE] = course[SIZE] if lasts else 0.0
        course[HEIGHT] = max(course[HEIGHT], course[SIZE]) if lasts else 0.0


@aside
def least_again(courses: Floats) -> float:
    """How far a new anomaly must go just after this one, in thresholds: half as far as this one went."""
    return min(AGAIN * float(courses[:, HEIGHT].max()), AGAIN_MOST)


@aside
def leave_behind(courses: Floats) -> None:
    """The anomaly is over: channels that had no say in its end, and slow ones, go on from where they are now."""
    least = least_height(courses)
    for course in courses:
        if course[HEIGHT] < least or course[WEIGHT] < UNFADED:
            course[STRAYING] = 1.0
            course[SLOW] = course[KEPT] = course[FAST]
