"""From how many on a number is told, and when a period is published."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")
LEAST_K = 2


class FiguresPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`policy.toml`."""

    k: int
    days_after: int
    dominance_percent: int


def _check(policy: FiguresPolicy, source: str) -> None:
    if policy.k < LEAST_K:
        raise ValueError(f"{source}: k must be {LEAST_K} or more: else single people are counted in public")
    if not 0 <= policy.days_after <= 90:
        raise ValueError(f"{source}: days_after lies between 0 and 90")
    if not 1 <= policy.dominance_percent <= 100:
        raise ValueError(f"{source}: dominance_percent lies between 1 and 100: else a sum tells what one person got")


FIGURES = PolicyFile("mobilisation.figures", FILE, reader(FiguresPolicy, _check), "公开统计数据", "Figures for the public")


def figures_policy() -> FiguresPolicy:
    """The policy in force."""
    return FIGURES.current()
