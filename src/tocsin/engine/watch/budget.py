"""The budget of wrong early signs of one district, kept by a controller: each wrong one raises the share that is asked of all
causes, quiet days and right ones lower it.
"""

import math
from dataclasses import replace

from tocsin.engine.watch.model import BudgetFigures, SignRule, WatchFigures


def shifted(figures: BudgetFigures, shift: float, *, wrong: int, right: int, days: float) -> float:
    """The shift after `days` in which so many signs turned out wrong and right.

    The controller of adaptive conformal inference (Gibbs and Candès, NeurIPS 2021): as long as the shift stays below `most`,
    wrong signs come to at most `wrong_a_day` and what right ones have relieved in the long run, whatever causes them. A sign
    that is judged otherwise later comes as a negative number of what it was before.

    >>> figures = BudgetFigures(wrong_a_day=0.05, gain=0.4, relief=0.2, least=-0.5, most=2.0, settle_days=3.0)
    >>> round(shifted(figures, 0.0, wrong=1, right=0, days=0.0), 3), round(shifted(figures, 0.4, wrong=0, right=0, days=20.0), 3)
    (0.4, 0.0)
    """
    moved = shift + figures.gain * (wrong - figures.wrong_a_day * days) - figures.relief * right
    return min(max(moved, figures.least), figures.most)


def asked_share(share: float, shift: float) -> float:
    """The share that is asked after a shift of its log odds; 0, 1 and more stay as they are.

    >>> asked_share(0.5, 0.0), round(asked_share(0.5, 1.0), 3), asked_share(2.0, 1.0)
    (0.5, 0.731, 2.0)
    """
    if not 0.0 < share < 1.0:
        return share
    return 1.0 / (1.0 + (1.0 - share) / share * math.exp(-shift))


def with_shift(figures: WatchFigures, shift: float) -> WatchFigures:
    """The figures of the watch with every share that a rule asks shifted."""

    def of(rule: SignRule) -> SignRule:
        share, alone, near, anew = (asked_share(one, shift) for one in (rule.share, rule.alone, rule.near, rule.anew))
        return replace(rule, share=share, alone=alone, near=near, anew=anew)

    return replace(figures, rules={cause: of(rule) for cause, rule in figures.rules.items()})
