"""How well work status and duty are judged on a small set that no figure was chosen on: floors below the told figures."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import tocsin
from tocsin.engine.work.firm import EpisodeKind
from tocsin.portal.cli import tocsin as command
from tocsin.workshop.accuracy.work.episodes import EITHER_HIDDEN, score_kind
from tocsin.workshop.accuracy.work.folders import Compared, compare_folders
from tocsin.workshop.accuracy.work.states import PRESENT, brier, known, macro_f1, share

SEED, FIRMS, DAYS = 7_001, 8, 90


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    """The set judged by the commands, and compared."""
    folder = tmp_path_factory.mktemp("held")
    case, out = folder / f"firms-{SEED:06d}", folder / "out"
    for arguments in (
        ("firms", folder, "--seed", SEED, "--firms", FIRMS, "--days", DAYS),
        ("workstatus", case, "--out", out, "--jobs", 1, "--quiet"),
        ("duty", case, "--out", out, "--quiet"),
    ):
        result = CliRunner().invoke(command, [str(one) for one in arguments], catch_exceptions=False)
        assert result.exit_code == 0
    return compare_folders([(case, out)])


def test_hidden_production_is_found_and_rarely_named_wrongly(compared: Compared) -> None:
    score = score_kind(EITHER_HIDDEN, compared.true, compared.named, compared.firm_days)
    assert len(score.true) >= 5
    assert score.precision >= 0.8
    assert score.recall >= 0.7
    assert score.false_a_firm_and_year <= 0.6


@pytest.mark.parametrize(
    ("kind", "true", "precision", "recall"),
    [
        (EpisodeKind.SUDDEN_STOP, 5, 0.6, 0.5),
        (EpisodeKind.PROTECTIVE_OFF, 5, 0.8, 0.6),
        (EpisodeKind.METER_TROUBLE, 8, 0.85, 0.65),
    ],
)
def test_what_devices_tell_holds(compared: Compared, kind: EpisodeKind, true: int, precision: float, recall: float) -> None:
    score = score_kind(kind.value, compared.true, compared.named, compared.firm_days)
    assert len(score.true) >= true
    assert score.precision >= precision
    assert score.recall >= recall


def test_states_of_days_hold(compared: Compared) -> None:
    assert len(compared.days) == FIRMS * DAYS
    assert macro_f1(known(compared.days)) >= 0.8
    assert brier(compared.days) <= 0.04
    assert brier([row for row in compared.days if row.ordered == "whole"]) <= 0.06
    dead = [row for row in compared.days if row.evidence == "dead"]
    assert share(dead, lambda row: row.told == "unknown") >= 0.8
    assert share(compared.days, lambda row: row.told == "unknown" and row.evidence != "dead") <= 0.01


def test_people_on_post_are_rarely_called_absent(compared: Compared) -> None:
    there = [row for row in compared.shifts if row.true in PRESENT]
    assert share(there, lambda row: row.told == "absent") <= 0.02
    assert macro_f1(compared.shifts) >= 0.8


def test_nothing_that_judges_knows_the_scorer() -> None:
    """Only the command that compares may import it, and only it names the folder of truths among what is read."""
    root = Path(tocsin.__file__).parent
    importers = [file for file in root.rglob("*.py") if "workshop.accuracy.work" in file.read_text(encoding="utf-8")]
    assert {file.relative_to(root).as_posix() for file in importers if file.parent != root / "workshop/accuracy/work"} == {
        "workshop/commands/accuracy.py"
    }
    judging = [*(root / "engine").rglob("*.py"), root / "workshop/files/work.py", root / "workshop/files/duty.py"]
    judging += [root / "workshop/commands/workstatus.py", root / "workshop/commands/duty.py"]
    assert not [file for file in judging if '"truth' in file.read_text(encoding="utf-8")]
