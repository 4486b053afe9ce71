"""Places that a person writes: corners of a plan, one a line. Values in, values out."""

import re
from typing import Final

from tocsin.base.errors import InvalidInput

_NUMBERS: Final = re.compile(r"^\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)[\s,，;]+(-?[0-9]{1,2}(?:\.[0-9]+)?)\s*$")


def read_corners(text: str) -> list[tuple[float, float]]:
    """Four corners of a picture as longitude and latitude, clockwise from the upper left, one a line.

    InvalidInput names the line that is none, or says that they are not four, or that the picture is no area.

    >>> read_corners("120.40, 36.17\\n120.42, 36.17\\n120.42, 36.16\\n120.40, 36.16")[0]
    (120.4, 36.17)
    """
    found = []
    for number, line in enumerate(filter(str.strip, text.splitlines()), 1):
        told = _NUMBERS.match(line)
        if told is None or not (-180 <= float(told[1]) <= 180 and -90 <= float(told[2]) <= 90):
            raise InvalidInput("Line %(line)s is no longitude and latitude: 120.41, 36.16 is one.", line=number)
        found.append((float(told[1]), float(told[2])))
    if len(found) != 4:
        raise InvalidInput("A picture has four corners, clockwise from the upper left; these are %(count)s.", count=len(found))
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(found, [*found[1:], found[0]], strict=True))
    if abs(area) < 1e-12 or len(set(found)) < 4:
        raise InvalidInput("These corners lie in one line: a picture needs an area.")
    lon, lat = [one[0] for one in found], [one[1] for one in found]
    if max(lon) - min(lon) > 0.5 or max(lat) - min(lat) > 0.5:
        raise InvalidInput("A plan reaches over half a degree at most: look at the corners again.")
    return found
