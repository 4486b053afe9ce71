"""A network that fits on a page."""

from typing import Any

from tests.accounts import regions as regions
from tests.engine.drawing import line, point


def street() -> list[dict[str, Any]]:
    """A --sewer--> B --sewer--> C, and a heating chamber H 6 m beside B."""
    a, b, c = (point(code, "manhole", 100.0 * k, 0, utility="sewer", owner="drainage_bureau") for k, code in enumerate("ABC"))
    chamber = point("H", "chamber", 100, 6, owner="heating_company", depth_m=2.5, installed=1999, colour="grey")
    pipes = [line("AB", "sewer", a, b, diameter_mm=300), line("BC", "sewer", b, c, diameter_mm=400)]
    return [a, b, c, chamber, *pipes]
