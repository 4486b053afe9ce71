"""What the tests of a capability may take. Counted in processor seconds, against the speed of the machine in the same run."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from typing import Any

import pytest

BUDGET_S = 45.0
GRANTED_S: dict[str, float] = {
    "jurisdiction": 140,
    "command": 130,
    "warning": 110,
    "browser": 110,
    "demo": 100,
    "supervision": 90,
    "the house": 70,
    "deploy": 60,
}
"""Folders that were there before the budget, and what they may take. Nothing is added here."""

ROOM = 1.6
"""A run fails beyond so many budgets: other programs on the machine make every test dearer."""

YARDSTICK_S = 0.008
"""What `yardstick` takes on the machine on which the budgets were set (one core of an AMD EPYC 9005, 2.6 GHz)."""


def yardstick() -> float:
    """Processor seconds of a fixed piece of work."""
    began = time.process_time()
    kept = {str(number): number * number for number in range(100_000)}
    assert sum(kept.values()) == 333_328_333_350_000
    return time.process_time() - began


def quickest_s(work: Callable[[], object], *, times: int = 5) -> float:
    """The least processor time of so many runs, in seconds of the budgets' machine: a busy or a slow machine changes nothing."""
    taken, yardsticks = [], []
    for _time in range(times):
        yardsticks.append(yardstick())
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken) / min(yardsticks) * YARDSTICK_S


def over_budget(taken_s: Mapping[str, float], slowness: float) -> dict[str, tuple[float, float]]:
    """Folder -> what it took on a machine of speed 1, and its budget; of those that took more than the budget with its room.

    >>> over_budget({"new": 80.0, "newer": 70.0}, 1.0)
    {'new': (80.0, 45.0)}
    >>> over_budget({"new": 80.0}, 2.0)
    {}
    """
    told = {}
    for folder, seconds in taken_s.items():
        budget = GRANTED_S.get(folder, BUDGET_S)
        if seconds / slowness > budget * ROOM:
            told[folder] = (seconds / slowness, budget)
    return told


def processor_s() -> float:
    """What this process and its ended children have taken so far."""
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


class Budgets:
    """A plugin that counts, tells at the end of a run, and fails it where TOCSIN_KEEP_BUDGETS is 1."""

    def __init__(self, *, counts: bool = True) -> None:
        self._counts = counts  # a worker's reports are counted where those of all come together
        self._before = 0.0
        self._taken = Counter[str]()
        self._yardsticks: list[float] = []
        self._reports = 0

    def pytest_runtest_logstart(self) -> None:
        self._before = processor_s()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Iterator[Any]:
        report = yield
        now = processor_s()
        report.user_properties.append(("processor_s", now - self._before))
        self._before = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called where the reports of all workers come together, too."""
        if not self._counts:
            return
        folders = report.nodeid.split("::")[0].split("/")[1:-1]
        self._taken[folders[0] if folders else "the house"] += sum(
            value for name, value in report.user_properties if name == "processor_s"
        )
        if self._reports % 500 == 0:
            self._yardsticks.append(yardstick())
        self._reports += 1

    def slowness(self) -> float:
        """1 is the machine on which the budgets were set; a slower one, or a busy one, has more."""
        return median(self._yardsticks) / YARDSTICK_S if self._yardsticks else 1.0

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if os.environ.get("TOCSIN_KEEP_BUDGETS") == "1" and over_budget(self._taken, self.slowness()) and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not terminalreporter.config.option.durations:
            return
        slowness = self.slowness()
        taken_s = sum(self._taken.values())
        terminalreporter.section(f"{taken_s:.0f} processor seconds, on a machine {slowness:.2f} times as slow as the budgets'")
        for folder, seconds in self._taken.most_common():
            terminalreporter.line(f"{seconds:8.1f}  {folder}")
        for folder, (seconds, budget) in over_budget(self._taken, slowness).items():
            terminalreporter.line(f"OVER ITS BUDGET: tests/{folder} took {seconds:.0f} s, {budget:.0f} are allowed", red=True)
