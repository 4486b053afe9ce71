"""Detection by policy that an installation has changed: the detector takes a confirmed limit up where it runs."""

import copy
from typing import Any

import pytest

from tests.people import LICANG, make_person
from tocsin.base.toml import write_toml
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detector import Detector
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.records.versions.services import versions
from tocsin.records.versions.services.city_file import Imported, export_policy, import_policy
from tocsin.records.versions.services.versions import NewVersion
from tocsin.warning.detection.policy import DETECTION, load_profiles
from tocsin.warning.detection.queries.registry import Registry, load_registry

METHANE, ELSEWHERE = 0, 3  # indexes of the district's methane sensors
RESTED = 900_000


def with_limit(limit: float) -> dict[str, Any]:
    """The shipped profiles, methane ringing yellow from that limit on."""
    content = copy.deepcopy(DETECTION.content)
    content["profile"]["methane"]["high"][0] |= {"limit": limit, "clear": limit * 0.8}
    return content


def put_in(text: str) -> None:
    about = Imported(source="a test of the gas company", confidence="B", reason="more leaks than we thought")
    import_policy(
        actor=make_person("rule_engineer", EVERYWHERE), second=make_person("supervisor", EVERYWHERE), text=text, about=about
    )


def rings(detector: Detector, ts: int) -> set[int]:
    """Whose alarms are raised by two readings of 10 %LEL."""
    found = detector.update(Readings.of(sensor=[METHANE, ELSEWHERE] * 2, ts=[ts, ts, ts + 60_000, ts + 60_000], value=[10.0] * 4))
    return {row["sensor"] for row in found.rows() if row["edge"] == "raise" and row["rule"] == "high"}


def follow(detector: Detector, known: Registry) -> Registry:
    """What the detector's loop does when it looks at its registry."""
    loaded = load_registry(known)
    if loaded is not known:
        detector.set_profiles(loaded.profiles, loaded.profile_of_sensor, loaded.interval_ms)
    return loaded


@pytest.fixture
def registry(district: list[int]) -> Registry:
    return load_registry()


def test_a_changed_limit_rings_at_the_new_value(registry: Registry) -> None:
    detector = Detector(registry.profiles, registry.profile_of_sensor, registry.interval_ms)
    assert rings(detector, RESTED) == set()
    assert follow(detector, registry) is registry  # nothing has changed: nothing is read anew
    changed = export_policy().replace(
        "limit = 20.0\nclear = 16.0\nhold_readings = 2", "limit = 8.0\nclear = 6.4\nhold_readings = 2", 1
    )
    put_in(changed)
    follow(detector, registry)
    assert rings(detector, 2 * RESTED) == {METHANE, ELSEWHERE}


def test_a_region_may_have_limits_of_its_own(registry: Registry) -> None:
    detector = Detector(registry.profiles, registry.profile_of_sensor, registry.interval_ms)
    values = {"profile": {"methane": {"high": with_limit(8.0)["profile"]["methane"]["high"]}}}
    put_in(write_toml({"scoped": [{"policy": DETECTION.name, "region": LICANG, "values": values}]}))
    follow(detector, registry)
    assert rings(detector, RESTED) == {METHANE}
    assert [load_profiles(region=code).named("methane").high[0].limit for code in (LICANG, "370202")] == [8.0, 20.0]


class Past:
    """The history of one day: 10 %LEL every minute at both methane sensors."""

    def read(self, sensors: list[int], from_ms: int, to_ms: int) -> Readings:
        times = [to_ms - 60_000 * back for back in range(60, 0, -1)]
        rows = [(sensor, ts) for ts in times for sensor in (METHANE, ELSEWHERE) if sensor in sensors]
        return Readings.of(sensor=[row[0] for row in rows], ts=[row[1] for row in rows], value=[10.0] * len(rows))


def test_a_draft_of_limits_is_tried_on_past_readings(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.sensing.face.history", Past)
    author = make_person("rule_engineer", LICANG)
    values = {"profile": {"methane": {"high": with_limit(8.0)["profile"]["methane"]["high"]}}}
    new = NewVersion(text=write_toml(values), region_code=LICANG, source="a test")
    row = versions.draft_version(actor=author, policy=DETECTION.name, new=new)
    shown = versions.try_version(actor=author, version_id=row.pk).trial["shown"]
    assert (shown["sensors"], shown["alarms_before"], shown["alarms_after"]) == (3, 0, 1)
    assert (shown["sensors_that_ring_more"], shown["sensors_that_ring_less"]) == (1, 0)
