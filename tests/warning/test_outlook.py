"""What could happen next, kept with a diagnosis, over the API and in the drawer; the policy refuses what it does not know."""

import tomllib
from typing import Any

import pytest
from django.test import Client

from tests.warning.district import NOW_MS
from tests.warning.ranked import ranked_alarm
from tests.warning.test_feedback_pages import HTMX, signed_in, text_of
from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.people.models import User
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.diagnosis.models import Diagnosis
from tocsin.warning.outlook.policy import HAZARDS_FILE, read_hazards, shipped_hazards
from tocsin.warning.outlook.queries import joined

RISK: dict[str, Any] = {
    "event": "explosion",
    "asset_code": "S9",
    "asset_kind": "manhole",
    "lon": 120.4,
    "lat": 36.2,
    "probability": 0.4,
    "earliest_ms": NOW_MS,
    "likely_ms": NOW_MS + 3_600_000,
    "latest_ms": NOW_MS + 7_200_000,
    "radius_m": 50.0,
    "harm": 0.15,
    "people": 705,
    "houses": 1,
    "named": [{"code": "B7", "use": "school"}],
    "steps": [
        {"link": "HC01", "asset_code": "S9", "metres": 4.0, "probability": 0.4},
        {"link": "HC02", "asset_code": "S9", "metres": 0.0, "probability": 1.0},
    ],
    "seen": ["methane"],
    "missing": ["ignition_sources"],
    "networks": 2,
    "changes": 1,
}
PLAN: dict[str, Any] = {
    "valves": [{"code": "V1", "kind": "valve", "lon": 120.4, "lat": 36.2}],
    "lines": 1,
    "line_codes": ["G1"],
    "houses": 1,
    "people": 700,
    "named": [{"code": "B7", "use": "school"}],
}


@pytest.fixture
def alarm(district: list[int]) -> Alarm:
    found = ranked_alarm()
    kept = Diagnosis.objects.get(alarm=found)
    kept.result |= {
        "ts_ms": NOW_MS,
        "next": [{"cause": "gas_main_leak", "asset_code": "gas_main_leak-1", "risks": [RISK]}],
        "isolation": [{"cause": "gas_main_leak", "asset_code": "gas_main_leak-1", "utility": "gas", "plans": [PLAN]}],
        "cordon": {
            "lon": 120.4,
            "lat": 36.2,
            "radius_m": 100.0,
            "evacuate": False,
            "pct_lel": 27.0,
            "people": 705,
            "houses": 1,
            "named": [],
        },
    }
    kept.save()
    return found


def test_the_drawer_tells_what_could_happen_and_what_to_close(alarm: Alarm, officer: User) -> None:
    page = text_of(signed_in(officer).get(f"/alarms/{alarm.pk}/", headers=HTMX))
    for words in (
        "What could happen next",
        "Advised at 27 %LEL: keep clear 100 m",
        "explosion possible (20 %)",
        "about 705 people within 50 m: school",
        "Gas main leak → gas in a closed space → explosion",
        "ask for : sources of ignition near",
        "Fewest valves: 1",
        "1 building without service, about 700 people: school",
    ):
        assert words.replace(" :", ":") in page.replace(" :", ":"), words


def test_the_api_tells_the_same(alarm: Alarm, officer: User) -> None:
    found = signed_in(officer).get(f"/api/v1/warning/alarms/{alarm.pk}/next").json()
    (risk,) = found["risks"]
    assert risk["probability"] == pytest.approx(0.5 * 0.4)
    assert risk["expected_harm"] == pytest.approx(0.2 * 705 * 0.15)
    assert (risk["level"], risk["couplings"]) == (4, ["pass_on", "evolve"])
    assert found["isolation"][0]["plans"][0]["valves"][0]["number"] == 1
    assert found["cordon"]["radius_m"] == 100.0


def test_who_may_not_see_diagnoses_sees_no_outlook(alarm: Alarm) -> None:
    assert Client().get(f"/api/v1/warning/alarms/{alarm.pk}/next").status_code in (401, 403)


def test_an_outlook_follows_the_ranking_as_it_stands(alarm: Alarm) -> None:
    result = Diagnosis.objects.get(alarm=alarm).result
    result["hypotheses"][0]["probability"] = 0.1
    ((risk, _kept),) = joined(result, "a")
    assert risk.probability == pytest.approx(0.04)


def test_there_are_25_links_and_each_cause_means_something_or_nothing() -> None:
    hazards = shipped_hazards()
    assert list(hazards.rules.links) == [f"HC{number:02d}" for number in range(1, 26)]
    assert {cause for cause, starts in hazards.rules.starts.items() if not starts} == {
        "sensor_fault",
        "calibration_or_maintenance",
        "no_event",
    }


BROKEN = {
    "an unknown key": lambda data: data.update(colour=1),
    "an unknown key of a link": lambda data: data["link"][0].update(speed=1),
    "a link to nowhere": lambda data: data["link"][0].update(next=["HC99"]),
    "a kind that is none": lambda data: data["link"][0].update(into=["castle"]),
    "a medium that is none": lambda data: data["link"][0].update(medium="ether"),
    "a share above one": lambda data: data["link"][0].update(p0=1.5),
    "a cause without a row": lambda data: data["cause"].pop("unknown"),
    "a signal of nothing": lambda data: data["signal"]["methane"].update(quantity="luck"),
    "a language missing": lambda data: data["event"]["explosion"].pop("zh"),
}


@pytest.mark.parametrize("breaks", BROKEN.values(), ids=BROKEN)
def test_the_policy_refuses(breaks: Any) -> None:
    data = tomllib.loads(HAZARDS_FILE.read_text(encoding="utf-8"))
    breaks(data)
    with pytest.raises(InvalidInput, match=r"hazards\.toml"):
        read_hazards(data, "hazards.toml")
