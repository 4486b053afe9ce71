"""Consequences: whole cases a second, each under nine weathers, and a million points of a plume beside a plain loop over them."""

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from tocsin.base.errors import TocsinError
from tocsin.engine.consequences.gaussian import Plume
from tocsin.engine.consequences.scenario import steps
from tocsin.engine.consequences.weather import Stability, Weather
from tocsin.workshop.consequences.answer import answer_of
from tocsin.workshop.consequences.case import Case, WrittenCase, WrittenPoint, WrittenWeather, case_of
from tocsin.workshop.consequences.policy import harm_policy

if TYPE_CHECKING:
    from rich.console import Console

POINTS = 1_000_000
PLAIN_POINTS = 50_000
CASES = 40
WIND_M_S = 3.0 * 0.1**0.15  # at 1 m


def run(console: "Console", quick: bool) -> None:
    """Prints cases and points a second; TocsinError where the loop answers otherwise."""
    count = CASES // 4 if quick else CASES
    policy = harm_policy()
    for name, case in (("gas main to plume", _gas_main()), ("chlorine to heavy plume", _chlorine())):
        answer_of(case, policy)
        began = time.perf_counter()
        for _turn in range(count):
            answer_of(case, policy)
        seconds = (time.perf_counter() - began) / count
        told = f"{1 / seconds:,.0f} cases/s, each in nine weathers with its areas ({1000 * seconds:.1f} ms)"
        console.print(f"[bold]{name}[/bold]: {told}")
    points = POINTS // 10 if quick else POINTS
    plume = Plume(1.0, Weather(3.0, Stability.D))
    rng = np.random.default_rng(1)
    x, y = rng.uniform(100, 10_000, points), rng.uniform(-500, 500, points)
    began = time.perf_counter()
    fast = plume.concentration(x, y, np.zeros(points))
    array_s = time.perf_counter() - began
    began = time.perf_counter()
    plain = [_plain(float(one), float(other)) for one, other in zip(x[:PLAIN_POINTS], y[:PLAIN_POINTS], strict=True)]
    plain_s = time.perf_counter() - began
    if not np.allclose(fast[: len(plain)], plain, rtol=1e-9, atol=1e-30):
        raise TocsinError("the plain loop answers otherwise")
    rate, plain_rate = points / array_s, len(plain) / plain_s
    console.print(
        f"[bold]points of a plume[/bold]: {rate:,.0f}/s, a plain loop {plain_rate:,.0f}/s: {rate / plain_rate:.0f} times"
    )


def _case(written: WrittenCase) -> Case:
    return case_of("bench", written, harm_policy())


def _gas_main() -> Case:
    scenario: list[steps.AnyStep] = [
        steps.GasHole(pressure_pa=501_325, diameter_m=0.025, duration_s=600),
        steps.GaussianPlume(),
    ]
    points = [WrittenPoint("school", 250.0)]
    return _case(WrittenCase("methane", WrittenWeather(3.0, Stability.D), scenario, points=points))


def _chlorine() -> Case:
    scenario: list[steps.AnyStep] = [steps.TwoPhaseHole(diameter_m=0.025, duration_s=600), steps.Pool(), steps.DensePlume()]
    return _case(WrittenCase("chlorine", WrittenWeather(3.0, Stability.D), scenario, points=[WrittenPoint("gate", 300.0)]))


def _plain(x: float, y: float) -> float:
    """One point of the same plume, in plain Python: 1 kg/s near the ground, class D, open country, 3 m/s at 10 m."""
    across = 0.08 * x / math.sqrt(1 + 1e-4 * x)
    up = 0.06 * x / math.sqrt(1 + 1.5e-3 * x)
    return 2 / (2 * math.pi * WIND_M_S * across * up) * math.exp(-0.5 * (y / across) ** 2)
