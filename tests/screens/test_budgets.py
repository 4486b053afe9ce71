"""Budgets of requests: the offender alone is held back, a place at the gate is given back, and what costs much says so."""

import itertools
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from ninja import Router

from tests.people import make_person, signed_in
from tests.warning.district import make_district
from tocsin.base.policy import read_policy
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.jurisdiction.rights.rules import PERMISSIONS
from tocsin.portal.api import api
from tocsin.screens.budgets import requests as budgets
from tocsin.screens.budgets.buckets import OTHERS, Buckets, Rate
from tocsin.screens.budgets.gate import Entry, Gate, GateLimits
from tocsin.screens.budgets.policy import BUDGETS, BudgetPolicy
from tocsin.screens.clock import current_time
from tocsin.screens.tables import as_csv
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.history.queries.layout import DAY_MS

pytestmark = pytest.mark.one_database

EXPENSIVE = {
    "/hazchem/plant-equipment/{uuidstr:plant_equipment_id}/release-estimates",
    "/hazchem/plant-units.geojson",
    "/hazchem/release-estimates/{uuidstr:release_estimate_id}",
    "/hazchem/release-estimates/{uuidstr:release_estimate_id}/again",
    "/hazchem/release-estimates/{uuidstr:release_estimate_id}/proposals",
    "/hazchem/release-estimates/{uuidstr:release_estimate_id}/zones.geojson",
    "/hazchem/plant-units/table",
    "/hazchem/positions.geojson",
    "/hazchem/plant-zones.geojson",
    "/hazchem/risk-events/table",
    "/hazchem/dynamic-risks.geojson",
    "/hazchem/plants/{uuidstr:supervised_object_id}/cut",
    "/hazchem/plants/{uuidstr:supervised_object_id}/loading-arms",
    "/hazchem/plants/{uuidstr:supervised_object_id}/map.geojson",
    "/hazchem/plants/{uuidstr:supervised_object_id}/parts",
    "/hazchem/plants/{uuidstr:supervised_object_id}/plan",
    "/notices/channels/{uuidstr:channel_table_id}/test",
    "/records/metrics",
    "/records/readiness",
    "/records/setup",
    "/records/setup/city",
    "/lifelines/assets/file",
    "/lifelines/networks",
    "/sensing/kept-messages/try",
    "/sensing/modbus-units/{modbus_unit_id}/try",
    "/sensing/opcua-servers/{opcua_server_id}/browse",
    "/sensing/opcua-servers/{opcua_server_id}/look",
    "/sensing/opcua-servers/{opcua_server_id}/read",
    "/sensing/opcua-servers/{opcua_server_id}/trust",
    "/atlas/bodies.geojson",
    "/atlas/exposed",
    "/atlas/ground",
    "/atlas/map.pdf",
    "/atlas/population-grids",
    "/atlas/terrain",
    "/atlas/population-grids/from-bodies",
    "/command/cases.geojson",
    "/command/crews.geojson",
    "/command/alarm-quality",
    "/command/alarm-quality/months",
    "/command/alarm-quality/months/rows",
    "/command/cases/{case_id}/near",
    "/command/cases/{uuidstr:case_id}/release-orders/{uuidstr:release_estimate_id}",
    "/command/alarm-quality/quieter/{alarm_id}",
    "/lifelines/assets.geojson",
    "/mobilisation/needs.geojson",
    "/mobilisation/incoming-warnings.geojson",
    "/mobilisation/incoming-warnings/{uuidstr:incoming_warning_id}/demands",
    "/mobilisation/incoming-warnings/{uuidstr:incoming_warning_id}/exposed",
    "/mobilisation/needs/{uuidstr:need_id}/offers.geojson",
    "/mobilisation/warnings.geojson",
    "/mobilisation/warnings/{uuidstr:public_warning_id}/reach",
    "/mobilisation/warnings/{uuidstr:public_warning_id}/exposed",
    "/lifelines/assets/{asset_id}/reach",
    "/records/audit/chain",
    "/records/imports",
    "/records/imports/{uuidstr:table_import_id}/take",
    "/records/imports/{uuidstr:table_import_id}/undo",
    "/records/policy/export",
    "/records/policy/versions/{policy_version_id}/try",
    "/sensing/device-models/table",
    "/sensing/device-models/{uuidstr:device_model_id}/bring-in-line",
    "/sensing/device-models/{uuidstr:device_model_id}/differences",
    "/sensing/device-tables",
    "/sensing/sensors.geojson",
    "/vision/cameras/{uuidstr:camera_id}/frames",
    "/vision/recognition/text",
    "/vision/recognition/own-models",
    "/vision/recognition/own-model-versions/{uuidstr:own_model_version_id}/pictures/{int:picture_number}",
    "/supplies/closed-roads.geojson",
    "/supplies/people-at-risk/proposed",
    "/supplies/people-at-risk/proposed/parts",
    "/supplies/requests/people-proposed",
    "/atlas/resources/{uuidstr:resource_id}/deliveries",
    "/atlas/resources/layers",
    "/atlas/selection-files",
    "/atlas/resources/{uuidstr:resource_id}/connector/try",
    "/supplies/stores.geojson",
    "/supplies/requests/{uuidstr:supply_request_id}/map.geojson",
    "/sensing/sensors/{sensor_id}/readings",
    "/sensing/sensors/{sensor_id}/expected",
    "/supervision/object-imports",
    "/supervision/platform-records/match-again",
    "/supervision/platform-tables/{uuidstr:platform_table_id}/dry-run",
    "/supervision/points",
    "/supervision/meters/table",
    "/supervision/work/features.geojson",
    "/supervision/objects/{object_id}/power",
    "/supervision/episodes/{episode_id}/power",
    "/supervision/objects/{object_id}/electrical",
    "/supervision/presence",
    "/supervision/summary",
    "/vision/cameras/rows",
    "/vision/loading-orders/rows",
    "/warning/covers.geojson",
    "/warning/cover-files",
    "/warning/hit-rates",
}
CHARGED = {
    "/atlas/select",
    "/atlas/select/rows",
    "/warning/places-of-alarms",
    "/warning/alarms/{alarm_id}/deciding",
    "/warning/alarms/{alarm_id}/next",
}
OF_ONE_OBJECT = {
    "/command/reports/{report_id}/export",
    "/mobilisation/incoming-warnings/{uuidstr:incoming_warning_id}/area.geojson",
    "/mobilisation/warnings/{uuidstr:public_warning_id}/area.geojson",
}


def operations() -> Iterator[tuple[str, Any]]:
    """Every operation of the API with its address."""

    def below(prefix: str, router: Router) -> Iterator[tuple[str, Any]]:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield f"/{prefix}/{path.lstrip('/')}".replace("//", "/"), operation
        for entry in router._routers:
            yield from below(prefix, entry[1])

    seen = set()
    for prefix, router in api._routers:
        for path, operation in below(prefix.strip("/"), router):
            if id(operation) not in seen and prefix:
                seen.add(id(operation))
                yield path, operation


def test_the_expensive_operations_are_these_and_are_declared() -> None:
    declared = [(path, budgets.cost_of(operation.view_func)) for path, operation in operations()]
    assert len(declared) > 300
    assert {path for path, cost in declared if cost == "gate"} == EXPENSIVE
    assert {path for path, cost in declared if cost == "charged"} == CHARGED


def test_whatever_answers_a_whole_list_is_cut_or_declared() -> None:
    """An operation whose name says that it answers everything can't be added without a declaration."""
    everything = {
        path for path, _operation in operations() if path.endswith((".geojson", "/export", "/table", "/readings", "/chain"))
    }
    assert everything <= EXPENSIVE | OF_ONE_OBJECT


SLOW = Rate(per_s=1.0, burst=2.0)


def test_a_bucket_is_its_names_own() -> None:
    buckets = Buckets()
    assert [buckets.take("greedy", 1.0, SLOW, 10.0) for _ in range(4)] == [0.0, 0.0, 1.0, 1.0]
    assert buckets.take("patient", 1.0, SLOW, 10.0) == 0.0
    assert buckets.take("greedy", 1.0, SLOW, 11.0) == 0.0


def test_what_is_owed_must_be_waited_for() -> None:
    buckets = Buckets()
    buckets.charge("greedy", 3.0, SLOW, 0.0)
    assert buckets.wait_s("greedy", SLOW, 0.0) == 2.0
    assert buckets.wait_s("greedy", SLOW, 2.0) == 0.0


def test_ten_thousand_other_names_do_not_free_an_offender() -> None:
    buckets = Buckets(most=10)
    buckets.charge("offender", 3.0, SLOW, 0.0)
    for number in range(100):
        buckets.take(f"new {number}", 1.0, SLOW, 0.1)
    assert buckets.wait_s("offender", SLOW, 0.1) > 0
    assert len(buckets._left) <= 11
    assert OTHERS in buckets._left  # the newcomers share one
    assert buckets.take("much later", 1.0, SLOW, 1000.0) == 0.0
    assert "much later" in buckets._left  # who is full again is forgotten for it


NARROW = GateLimits(at_once=2, of_one=1, waiting=1, waiting_of_one=1, wait_s=0.0)


def test_one_owner_gets_one_place_and_the_others_theirs() -> None:
    gate = Gate()
    assert gate.enter("a", NARROW) is Entry.IN
    assert gate.enter("a", NARROW) is Entry.TOO_MANY_OF_ONE
    assert gate.enter("b", NARROW) is Entry.IN
    assert gate.enter("c", NARROW) is Entry.FULL
    assert gate.enter("c", NARROW, patient=False) is Entry.IN
    for owner in "abc":
        gate.leave(owner)
    assert gate.working == 0


def test_who_waits_gets_the_place_that_comes_free() -> None:
    gate, told = Gate(), []
    limits = GateLimits(at_once=1, of_one=1, waiting=4, waiting_of_one=1, wait_s=20.0)
    gate.enter("a", limits)
    waiting = threading.Thread(target=lambda: told.append(gate.enter("b", limits)))
    waiting.start()
    gate.leave("a")
    waiting.join(60)
    assert told == [Entry.IN]


MISTAKES = {"nobody could ask": ("per_s = 50.0", "per_s = 0.0"), "no place": ("of_one = 2", "of_one = 0")}


@pytest.mark.parametrize(("old", "new"), MISTAKES.values(), ids=MISTAKES)
def test_a_policy_that_shuts_everybody_out_is_refused(old: str, new: str) -> None:
    assert old in BUDGETS.text
    with pytest.raises(ValueError, match=r"policy\.toml"):
        BUDGETS.read(BUDGETS.text.replace(old, new, 1).encode(), "policy.toml")


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Another policy: the shipped text with lines exchanged; a clock that goes on by a millisecond when it is asked."""
    moments = itertools.count(1000.0, 0.001)
    monkeypatch.setattr(budgets, "time", SimpleNamespace(monotonic=lambda: next(moments)))

    def use(*pairs: tuple[str, str]) -> None:
        text = BUDGETS.text
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        found = read_policy(text.encode(), BudgetPolicy, "test")
        monkeypatch.setattr(type(BUDGETS), "current", lambda self, **_at: found if self is BUDGETS else self.shipped)

    return use


@pytest.mark.django_db
def test_a_greedy_person_is_held_back_and_nobody_else(narrow: Callable[..., None]) -> None:
    narrow(("per_s = 50.0\nburst = 500.0", "per_s = 0.1\nburst = 3.0"))
    greedy, other = signed_in(make_person("viewer")), signed_in(make_person("duty_officer"))
    answers = [greedy.get("/alarms/") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"] == "10"
    assert "You have asked for too much in a short time: try again in 10 s." in answers[-1].content.decode()
    assert other.get("/alarms/").status_code == 200
    program = greedy.get("/api/v1/jurisdiction/me")
    assert program.status_code == 429
    assert (program.json()["code"], program.json()["detail"]) == ("too_many_requests", {"retry_after_s": 10})
    part = greedy.get("/alarms/", headers={"HX-Request": "true"})
    assert part.content.decode() == "You have asked for too much in a short time: try again in 10 s."
    assert Client().get("/health/").status_code == 200


@pytest.mark.django_db
def test_the_sentence_is_told_in_the_readers_language(narrow: Callable[..., None]) -> None:
    narrow(("per_s = 50.0\nburst = 500.0", "per_s = 0.1\nburst = 1.0"))
    greedy = signed_in(make_person("viewer"), "zh-hans")
    greedy.get("/alarms/")
    assert '<html lang="zh-hans"' in greedy.get("/alarms/").content.decode()


@pytest.mark.django_db
def test_a_token_in_a_loop_does_not_use_up_its_person(narrow: Callable[..., None]) -> None:
    narrow(("per_s = 25.0\nburst = 250.0", "per_s = 0.1\nburst = 2.0"))
    person = make_person("viewer")
    secret = create_token(user=person, name="loop", scopes=PERMISSIONS[:1], now=current_time())[1]
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert [program.get("/api/v1/jurisdiction/me").status_code for _ in range(4)] == [200, 200, 429, 429]
    assert signed_in(person).get("/api/v1/jurisdiction/me").status_code == 200


@pytest.mark.django_db
def test_a_stranger_is_counted_by_the_network_of_the_address(narrow: Callable[..., None]) -> None:
    narrow(("per_s = 10.0\nburst = 200.0", "per_s = 0.1\nburst = 2.0"))
    from_house = [Client(REMOTE_ADDR=f"2001:db8:1:2::{number}").get("/login/").status_code for number in range(1, 5)]
    assert from_house == [200, 200, 429, 429]  # one /64, however many addresses it has
    assert Client(REMOTE_ADDR="2001:db8:1:3::1").get("/login/").status_code == 200
    assert {Client(REMOTE_ADDR="127.0.0.1").get("/login/").status_code for _ in range(4)} == {200}


@pytest.mark.django_db
def test_costly_work_is_let_in_by_the_gate_and_paid_for(narrow: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    narrow(("per_s = 0.25\nburst = 60.0", "per_s = 0.001\nburst = 1.0"), ("wait_s = 5.0", "wait_s = 0.0"))
    person = make_person("viewer")
    client, other = signed_in(person), signed_in(make_person("duty_officer"))
    monkeypatch.setattr(budgets, "connection", type("Closed", (), {"in_atomic_block": False}))  # the test itself is in one
    address = "/api/v1/lifelines/assets.geojson"
    assert client.get(address).status_code == 200
    assert budgets._gate.working == 0  # given back with the answer
    held = [f"other {number}" for number in range(BUDGETS.current().gate.at_once)]
    for owner in held:
        budgets._gate.enter(owner, BUDGETS.current().gate)
    try:
        full = other.get(address)
        assert (full.status_code, full.headers["Retry-After"], full.json()["code"]) == (503, "5", "unavailable")
        assert other.get("/alarms/").status_code == 200  # what is not costly goes on
        assert other.get("/alarms/?format=csv").status_code == 503  # no list can forget that a file costs much
    finally:
        for owner in held:
            budgets._gate.leave(owner)
    assert other.get(address).status_code == 200
    assert client.get(address).status_code == 429  # its second is used up: less than one is left
    assert budgets._gate.working == 0


def test_outside_a_request_nothing_is_held_back() -> None:
    """The worker, the door and the detector make the same calls."""
    for _ in range(50):
        budgets.claim()
        as_csv("rows", ["a"], [{"a": 1}])
    assert budgets._gate.working == 0


def test_nobody_waits_with_the_write_lock_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = BUDGETS.current().gate
    for number in range(limits.at_once):
        budgets._gate.enter(f"other {number}", limits)
    monkeypatch.setattr(budgets, "connection", type("Open", (), {"in_atomic_block": True}))
    with budgets.under_way() as turn:
        budgets.count(person="p")
        budgets.claim()
        assert turn.began_s is not None
    for number in range(limits.at_once):
        budgets._gate.leave(f"other {number}")
    assert budgets._gate.working == 0


@pytest.mark.django_db
def test_one_request_reads_so_many_days_and_no_more() -> None:
    """A token of a crew in a loop read every reading since 1970, each time."""
    make_district()
    sensor, client = Sensor.objects.all()[0], signed_in(make_person("duty_officer"))
    days = BUDGETS.current().span.history_days
    address = f"/api/v1/sensing/sensors/{sensor.pk}/readings?from_ms=0&to_ms="
    assert client.get(f"{address}{days * DAY_MS}").status_code == 200
    refused = client.get(f"{address}253402300799000")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_input")
    assert f"{days} days" in refused.json()["message"]
