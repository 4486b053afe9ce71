"""Houses along the streets and what they are used for."""

import math
from bisect import bisect
from itertools import accumulate

from tocsin.simulation.plan import Plan
from tocsin.simulation.streets import Street

Uses = tuple[tuple[str, float], ...]

# Share of each use among the houses of a mixed district.
MIXED: Uses = (
    ("residential", 0.62),
    ("market", 0.08),
    ("restaurant", 0.10),
    ("office", 0.08),
    ("school", 0.04),
    ("hospital", 0.02),
    ("workshop", 0.02),
    ("dry_cleaner", 0.02),
    ("print_shop", 0.01),
    ("plating_shop", 0.01),
)
# A quarter with more trades in its yards, from which things can be let into the sewer.
TRADING: Uses = (
    ("residential", 0.38),
    ("office", 0.11),
    ("restaurant", 0.10),
    ("plating_shop", 0.06),
    ("print_shop", 0.06),
    ("dry_cleaner", 0.05),
    ("workshop", 0.06),
    ("market", 0.06),
    ("school", 0.07),
    ("hospital", 0.05),
)


def build_houses(plan: Plan, share: float, uses: Uses = MIXED) -> None:
    """Buildings on both sides of the streets, about `share` of the places for one."""
    x, y = plan.streets.x_m, plan.streets.y_m
    for street in plan.streets.streets:
        for here, there in zip(street.junctions, street.junctions[1:], strict=False):
            start, end = (float(x[here]), float(y[here])), (float(x[there]), float(y[there]))
            length = math.dist(start, end)
            for step in range(1, int(length // 62.0)):
                for side in (-1.0, 1.0):
                    if plan.chance() < share:
                        aside, part = side * (28.0 + 10.0 * plan.chance()) / length, step * 62.0 / length
                        _build_house(plan, street, start, end, part, aside, uses)


def _build_house(
    plan: Plan, street: Street, start: tuple[float, float], end: tuple[float, float], part: float, aside: float, uses: Uses
) -> None:
    run = end[0] - start[0], end[1] - start[1]
    x = start[0] + part * run[0] + aside * run[1]
    y = start[1] + part * run[1] - aside * run[0]
    shares = list(accumulate(share for _, share in uses[:-1]))
    use = uses[bisect(shares, plan.chance())][0]
    plan.point("building", x, y, call="building", street=street, owner="property_owner", use=use, installed=plan.year(1985))
