"""Detection profiles: what ships is sane and sourced, and a file that says what is not known is refused with the place."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.base.quantities import QUANTITIES
from tocsin.engine.columns import Readings
from tocsin.engine.detection import RULES
from tocsin.engine.detection.detector import Detector
from tocsin.warning.detection.policy import load_profiles

START = 1_764_547_200_000


def test_every_quantity_has_a_profile_of_its_own() -> None:
    profiles = load_profiles()
    for quantity in QUANTITIES:
        profile = profiles.for_quantity(quantity)
        assert profile is not None
        assert profile.quantity == quantity
        assert {"unreadable", "silence", "range"} <= set(profile.rules)


def test_every_figure_has_a_source_and_a_confidence_mark() -> None:
    for profile in load_profiles().by_name.values():
        for name, settings in profile.rules.items():
            for one in settings:
                assert one.source, f"{profile.name}.{name}"
                assert one.confidence in ("A", "B", "C"), f"{profile.name}.{name}"


def test_toxic_and_combustible_gases_and_fires_latch() -> None:
    latching = {profile.quantity for profile in load_profiles().by_name.values() if profile.latch}
    assert latching == {"methane", "hydrogen_sulphide", "carbon_monoxide", "oxygen", "fire_signal"}


def test_methane_has_the_platform_levels() -> None:
    methane = load_profiles().named("methane")
    assert [(level.level, level.limit) for level in methane.high] == [
        (AlarmLevel.YELLOW, 20.0),
        (AlarmLevel.ORANGE, 50.0),
        (AlarmLevel.RED, 100.0),
    ]


def test_a_name_unknown_here_falls_back_on_the_quantity_and_then_on_default() -> None:
    profiles = load_profiles()
    assert profiles.of_sensor("", "oxygen") is profiles.by_name["oxygen"]
    assert profiles.of_sensor("power", "oxygen") is profiles.by_name["power"]
    assert profiles.of_sensor("", "never heard of") is profiles.by_name["default"]


def test_a_sensor_with_a_limit_of_its_own() -> None:
    profiles = load_profiles()
    methane = profiles.named("methane").with_limits(None, 25.0)
    assert [level.limit for level in methane.high] == [25.0, 50.0, 100.0]
    assert methane.high[0].clear == pytest.approx(20.0)
    hot = profiles.named("temperature").with_limits(None, 70.0)
    assert [level.limit for level in hot.high] == [70.0, 80.0, 90.0]
    pressure = profiles.named("pressure").with_limits(254.0, None)
    assert [(level.level, level.limit) for level in pressure.low] == [(AlarmLevel.YELLOW, 254.0)]
    assert pressure.low[0].clear > 254.0


def test_quiet_sensors_do_not_ring() -> None:
    """A fortnight at 5 min of usual values with a daily course and noise, for each quantity: no alarm, no device finding."""
    usual = {
        "methane": (1.0, 0.5),
        "hydrogen_sulphide": (0.3, 0.2),
        "carbon_monoxide": (1.0, 0.5),
        "oxygen": (20.7, 0.1),
        "temperature": (15.0, 4.0),
        "pressure": (400.0, 15.0),
        "makeup_flow": (5.0, 1.0),
    }
    profiles = load_profiles()
    count = 14 * 288
    random = np.random.default_rng(3)
    ts = START + 300_000 * np.arange(count)
    for quantity, (middle, swing) in usual.items():
        detector = Detector([profiles.named(quantity)], np.zeros(1, np.int16), np.array([300_000]))
        daily = middle + swing * np.sin(2 * np.pi * np.arange(count) / 288) + random.normal(0, swing / 4, count)
        found = detector.update(Readings.of(np.zeros(count), ts, np.maximum(daily, 0)))
        assert [row["code"] for row in found.rows()] == [], quantity


REFUSED = {
    "profiles.toml, [profile.x]: unknown key 'hight'; known are quantity": "[profile.x]\nhight = 1",
    "unknown key 'rules'; known are every, profile": "[rules]\n[profile.x]",
    "no [profile.<name>] table": "",
    "not valid TOML": "[profile",
    "unknown quantity 'methan'": '[profile.x]\nquantity = "methan"',
    "figures must be in pct_lel, not in ppm": '[profile.x]\nquantity = "methane"\nunit = "ppm"',
    "[profile.x.stuck]: unknown key 'count'": "[profile.x.stuck]\ncount = 3",
    "[profile.x.stuck]: readings is missing": "[profile.x.stuck]",
    "readings must be a whole number, not 2.5": "[profile.x.stuck]\nreadings = 2.5",
    "readings must be 2 to 65535": "[profile.x.stuck]\nreadings = 1",
    "write it as an array of tables, [[profile.x.high]]": "[profile.x.high]\nlimit = 1",
    "write it as one table, [profile.x.stuck]": "[[profile.x.stuck]]\nreadings = 3",
    "level must be one of blue, yellow, orange, red, not 'purple'": '[[profile.x.high]]\nlevel = "purple"\nlimit = 1\nclear = 0',
    "clear 3 lies beyond limit 2": '[[profile.x.high]]\nlevel = "red"\nlimit = 2\nclear = 3',
    "two tables for one level": 2 * '[[profile.x.high]]\nlevel = "red"\nlimit = 2\nclear = 1\n',
    "a more severe level has a limit nearer": '[[profile.x.low]]\nlevel = "blue"\nlimit = 2\nclear = 3\n'
    '[[profile.x.low]]\nlevel = "red"\nlimit = 4\nclear = 5',
    "latch must be true or false": "[profile.x]\nlatch = 1",
}


@pytest.mark.parametrize(("message", "content"), REFUSED.items(), ids=REFUSED)
def test_refusals(message: str, content: str, tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput) as refusal:
        load_profiles(path)
    assert message in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="can't be read"):
        load_profiles(tmp_path / "none.toml")


def test_every_rule_and_key_is_in_the_documentation() -> None:
    from tocsin.engine.detection.catalogue import RULES as RULE_LINES

    text = (Path(__file__).parents[2] / "docs" / "detectors.md").read_text(encoding="utf-8")
    for rule, name in zip(RULE_LINES, RULES, strict=True):
        assert f"`{name}`" in text
        for word in (*(field.name for field in dataclasses.fields(rule.settings)), *filter(None, rule.figures)):
            assert f"`{word}`" in text, f"{name}: {word}"
