"""How well alarms are explained on a small set that no figure was chosen on: floors below the told figures."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tocsin.portal.cli import tocsin as command
from tocsin.warning.causes.policy.causes import shipped_templates
from tocsin.workshop.accuracy.diagnosis.cases import score_case
from tocsin.workshop.accuracy.diagnosis.scores import Score, sum_up

pytestmark = [pytest.mark.system, pytest.mark.one_database]

SETS = {
    # world: count, seed, families, least share first, among three, with its place, right body, most Brier score
    "first": (20, 990_000, ("rich", "sparse"), 0.75, 0.90, 0.60, 0.80, 0.35),
    "judging": (20, 6_990_000, ("clay", "sand", "old_town", "new_town"), 0.75, 0.90, 0.60, 0.80, 0.35),
}


def scores_of(folder: Path, world: str) -> list[Score]:
    """New cases of a world, made and judged as the commands do."""
    count, seed, families, *_ = SETS[world]
    named = [part for family in families for part in ("--family", family)]
    arguments = ["cases", str(folder), "--world", world, "--count", str(count), "--seed", str(seed), *named]
    assert CliRunner().invoke(command, arguments, catch_exceptions=False).exit_code == 0
    return [score_case(case, shipped_templates()) for case in sorted(folder.iterdir())]


@pytest.mark.parametrize("world", SETS)
def test_causes_places_and_bodies_are_right(tmp_path: Path, world: str) -> None:
    count, _seed, _families, first, three, near, body, brier = SETS[world]
    scores = scores_of(tmp_path / world, world)
    sums = sum_up(scores)
    assert len(scores) == count
    assert sums.first >= first
    assert sums.three >= three
    assert sums.near >= near
    assert sums.body >= body
    assert sums.brier <= brier
