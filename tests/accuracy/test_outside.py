"""What is answered where the true cause is none of the file's."""

from pathlib import Path

from click.testing import CliRunner

from tocsin.portal.cli import tocsin
from tocsin.workshop.accuracy.diagnosis.outside import Outside, outside_table


def test_the_table_tells_who_admits_and_who_misleads() -> None:
    def told(family: str, first: str, share: float, unknown: float) -> Outside:
        return Outside("x", family, "gas_main_leak", first, share, unknown)

    rows = [
        told("rich", "unknown", 0.6, 0.6),
        told("sparse", "sewer_biogas", 0.8, 0.1),
        told("poor", "sewer_biogas", 0.6, 0.2),
        told("judging.clay", "unknown", 0.9, 0.9),
    ]
    table = outside_table(rows)
    assert "| first world | 2 | 50% | 35% | 50% |" in table
    assert "| first world, poor | 1 | 0% | 20% | 0% |" in table
    assert "| judging world | 1 | 100% | 90% | 0% |" in table
    assert "| `gas_main_leak` | 4 | 50% | 45% | 25% |" in table


def test_a_case_is_asked_without_its_own_cause(tmp_path: Path) -> None:
    for cause in ("power_cable_fault_heating", "no_event"):
        made = CliRunner().invoke(tocsin, ["cases", str(tmp_path), "--count", "1", "--seed", "731036", "--cause", cause])
        assert made.exit_code == 0, made.output
        if cause == "power_cable_fault_heating":
            (tmp_path / "rich-731036").rename(tmp_path / "rich-1")
    told = CliRunner().invoke(tocsin, ["accuracy", str(tmp_path), "--outside"])
    assert told.exit_code == 0, told.output
    assert "| `power_cable_fault_heating` | 1 | 100% |" in told.output
    assert "no_event" not in told.output
