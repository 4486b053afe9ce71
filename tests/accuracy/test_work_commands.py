"""`tocsin firms`, `workstatus`, `duty` and `accuracy --work` on small sets: files in, answers out, bad files refused."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from tocsin.base.errors import InvalidInput
from tocsin.engine.work.firm import PointQuality
from tocsin.portal.cli import tocsin
from tocsin.workshop.files.duty import read_crews
from tocsin.workshop.files.work import read_firms


def run(*arguments: object) -> str:
    """What a command prints; its own refusals come out as they are."""
    result = CliRunner().invoke(tocsin, [str(one) for one in arguments], catch_exceptions=True)
    if result.exception is not None:
        raise result.exception
    return result.output


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two firms over 40 days."""
    folder = tmp_path_factory.mktemp("firms")
    run("firms", folder, "--seed", 41, "--firms", 2, "--days", 40, "--first", "2026-01-20")
    return folder / "firms-000041"


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(made, tmp_path / "case"))


def test_answers_name_every_day_and_shift_and_do_not_read_the_truth(case: Path, tmp_path: Path) -> None:
    truth = case / "truth"
    kept = truth.rename(tmp_path / "truth")
    told = run("workstatus", case, "--out", tmp_path / "out", "--jobs", 1, "--language", "zh")
    told += run("duty", case, "--out", tmp_path / "out", "--language", "zh")
    assert "停产" in told and "在岗" in told
    kept.rename(truth)
    days = pl.read_csv(tmp_path / "out/daily_state.csv")
    assert days.columns == ["firm_id", "date", "state", "p_working"]
    assert days.height == 80
    assert days["p_working"].is_between(0, 1).all()
    asked = pl.read_csv(case / "roster.csv").filter(pl.col("leave") == 0)
    shifts = pl.read_csv(tmp_path / "out/duty.csv")
    assert set(shifts.select("person_id", "shift_start").iter_rows()) == set(asked.select("person_id", "shift_start").iter_rows())
    episodes = pl.read_csv(tmp_path / "out/episodes.csv")
    assert episodes.columns == ["firm_id", "start", "end", "kind", "probability", "detected_at"]
    assert "| hidden, either kind |" in run("accuracy", case, "--work", tmp_path / "out")


def test_a_folder_of_cases_goes_on_past_a_broken_one_and_fails_in_the_end(case: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    shutil.copytree(case, cases / "sound")
    shutil.copytree(case, cases / "broken")
    (cases / "broken/meters.csv").write_text("meter_id,firm_id\n")
    (cases / "broken/people.csv").unlink()
    with pytest.raises(InvalidInput, match="1 of 2"):
        run("workstatus", cases, "--out", tmp_path / "out", "--jobs", 1, "--quiet")
    assert (tmp_path / "out/sound/daily_state.csv").is_file()
    run("duty", cases, "--out", tmp_path / "out", "--quiet")
    assert not (tmp_path / "out/broken").exists()
    with pytest.raises(InvalidInput, match="neither a case"):
        run("workstatus", tmp_path / "out", "--out", tmp_path / "elsewhere")


BROKEN = [
    # file, text of it, what the refusal names
    ("firms.csv", "name\nx\n", "firm_id is missing"),
    ("firms.csv", "firm_id,shifts\nF001,8 to 5\n", "line 2, column shifts"),
    ("firms.csv", "firm_id,employees\nF001,many\n", "line 2, column employees: 'many' is not a number"),
    ("firms.csv", "firm_id\nF001\nF001\n", "line 3, column firm_id: 'F001' occurs twice"),
    ("meters.csv", "meter_id,firm_id,role,changed_at\nM1,F001,total,yesterday\n", "line 2, column changed_at"),
    ("meters.csv", "meter_id,firm_id,role\nM1,,total\n", "line 2, column firm_id is empty"),
    ("orders.csv", "firm_id,from,to,kind\nF001,2026-02-10,2026-02-01,ordered stop\n", "2026-02-01 lies before"),
    ("orders.csv", "firm_id,from,kind\nF001,2026-02-10,rest\n", "none of ordered stop"),
    ("orders.csv", "firm_id,from,kind\nF001,10.2.2026,overhaul\n", "is not a date"),
    ("calendar.csv", "date,kind\n2026-01-20,Tuesday\n", "line 2, column kind"),
    ("calendar.csv", "date,kind\n", "no date in it"),
    ("weather.csv", "region_code,ts\nR01,now\n", "line 2, column ts"),
    ("power.parquet", "meter_id,ts,kw\n", "a Parquet file is expected"),
]


@pytest.mark.parametrize(("file", "text", "told"), BROKEN, ids=[f"{row[0]}: {row[2]}" for row in BROKEN])
def test_files_that_cannot_be_read_are_refused_with_file_and_place(case: Path, file: str, text: str, told: str) -> None:
    (case / file).write_text(text)
    with pytest.raises(InvalidInput) as refused:
        read_firms(case)
    assert file in str(refused.value)
    assert told in str(refused.value)


def test_empty_files_are_empty_tables(case: Path) -> None:
    for file in ("orders.csv", "evidence.parquet", "power.parquet", "weather.csv"):
        (case / file).write_text("")
    firm = read_firms(case)[0]
    assert len(firm.evidence.ts) == 0
    assert (firm.quality == PointQuality.ABSENT).all()


BROKEN_DUTY = [
    ("roster.csv", "person_id,shift_start,shift_end\nP1,5,3\n", "line 2, column shift_end"),
    ("certificates.csv", "person_id,certificate,expires\nP1,licence,soon\n", "line 2, column expires"),
    ("people.csv", "firm_id\nF001\n", "person_id is missing"),
]


@pytest.mark.parametrize(("file", "text", "told"), BROKEN_DUTY, ids=[row[0] for row in BROKEN_DUTY])
def test_files_of_duty_are_refused_alike(case: Path, file: str, text: str, told: str) -> None:
    (case / file).write_text(text)
    with pytest.raises(InvalidInput, match=told):
        read_crews(case, tell=lambda message: None)


def test_what_is_unknown_is_left_out_and_told(case: Path) -> None:
    evidence = pl.read_parquet(case / "evidence.parquet")
    odd = evidence.head(1).with_columns(source=pl.lit("astrology"))
    pl.concat([evidence, odd]).write_parquet(case / "evidence.parquet")
    with (case / "meters.csv").open("a") as file:
        file.write("M9,F777,total,,,,\nM8,F001,windmill,,,,\n")
    told: list[str] = []
    firms = read_firms(case, told.append)
    assert len(firms) == 2
    assert any("astrology" in message for message in told)
    assert any("F777" in message and "windmill" in message for message in told)


def test_a_firm_without_meters_and_columns_that_may_be_absent(case: Path) -> None:
    (case / "firms.csv").write_text("firm_id\nF001\nF999\n")
    (case / "weather.csv").unlink()
    (case / "orders.csv").unlink()
    power = pl.read_parquet(case / "power.parquet")
    power.drop("quality").write_parquet(case / "power.parquet")
    first, other = read_firms(case, lambda message: None)
    assert (other.meters, other.kw.shape) == ((), (0, 40 * 96))
    assert first.orders == ()
    assert set(first.quality.ravel().tolist()) <= set(PointQuality)
    assert first.temperature_c.shape == (960,)


def test_readings_land_in_their_quarter(case: Path) -> None:
    day = read_firms(case)[0].days
    (case / "firms.csv").write_text("firm_id\nF001\n")
    (case / "meters.csv").write_text("meter_id,firm_id,role\nM1,F001,total\n")
    rows = {"meter_id": ["M1"] * 4, "ts": [day.ms(3), day.ms(4), day.ms(5), day.ms(-1)], "kw": [1.5, None, 7.0, 9.0]}
    pl.DataFrame({**rows, "quality": [0, 2, 1, 0]}).write_parquet(case / "power.parquet")
    (firm,) = read_firms(case, lambda message: None)
    assert firm.quality[0, 2:7].tolist() == [3, 0, 2, 1, 3]
    assert firm.kw[0, 3] == 1.5
    assert firm.kw[0, 5] == 7.0
