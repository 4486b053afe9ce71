"""A capability whose tests take too long is told by name, on a slow machine as on a fast one."""

import pytest

from tests.budgets import BUDGET_S, GRANTED_S, ROOM, Budgets, over_budget, yardstick


@pytest.mark.parametrize(
    ("seconds", "slowness", "told"),
    [
        (BUDGET_S, 1.0, False),
        (BUDGET_S * ROOM * 1.01, 1.0, True),
        (BUDGET_S * ROOM * 1.01, 1.5, False),
        (BUDGET_S * ROOM * 1.51, 1.5, True),
    ],
)
def test_a_new_capability_has_a_budget(seconds: float, slowness: float, told: bool) -> None:
    assert ("new" in over_budget({"new": seconds}, slowness)) == told


def test_what_was_there_before_has_its_own() -> None:
    taken = {folder: seconds * ROOM for folder, seconds in GRANTED_S.items()}
    assert over_budget(taken, 1.0) == {}
    assert set(over_budget({folder: seconds * 1.01 for folder, seconds in taken.items()}, 1.0)) == set(GRANTED_S)


def test_reports_are_added_up_by_folder() -> None:
    budgets = Budgets()
    for nodeid in ("tests/new/test_one.py::test_it", "tests/new/deep/test_two.py::test_it", "tests/test_house.py::test_style"):
        report = pytest.TestReport(nodeid, (nodeid, 0, ""), {}, "passed", None, "call", user_properties=[("processor_s", 40.0)])
        budgets.pytest_runtest_logreport(report)
    assert over_budget(budgets._taken, 1.0) == {"new": (80.0, BUDGET_S)}
    assert 0.1 < budgets.slowness() < 100
    assert yardstick() > 0
