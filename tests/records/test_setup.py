"""Setting up an area and what is missing: checks find what they say and nothing of elsewhere, steps are counted, never ticked."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext_lazy

from tests.languages import english as english
from tests.people import LICANG, SHINAN, make_named_person, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tests.warning.district import make_district
from tocsin.jurisdiction.areas.models import Town
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.areas.services import ensure_regions, ensure_towns
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.models import Asset
from tocsin.notices.messages.models import Notice, Sending
from tocsin.records.audit.models import AuditEntry
from tocsin.records.face import record_audit
from tocsin.records.setup.models import SkippedStep
from tocsin.records.system.queries import BACKUP_TAKEN
from tocsin.screens.clock import current_time
from tocsin.screens.readiness import (
    Finding,
    ReadinessCheck,
    Sight,
    Stake,
    finding_among,
    readiness_checks,
    setup_steps,
)
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.supervision.objects.models import SupervisedObject

pytestmark = pytest.mark.django_db

ME = "system_administrator"


def look(name: str, user: User, region: str = EVERYWHERE) -> Finding:
    check = next(one for one in readiness_checks() if one.name == name)
    return check.find(Sight(user, region, current_time()))


def one_device(region: str = LICANG) -> None:
    make_district()
    Device.objects.exclude(region_code=region).update(enabled=False)
    Device.objects.update(created_at=current_time() - timedelta(days=2))


def a_device_that_spoke_long_ago() -> None:
    one_device()
    Device.objects.update(last_seen_at=current_time() - timedelta(days=2))


def a_main() -> None:
    line = {"type": "LineString", "coordinates": [[120.4, 36.1], [120.41, 36.1]]}
    Asset.objects.create(code="m-1", kind="gas_main", region_code=LICANG, geometry=line, lon=120.4, lat=36.1)


def a_red_firm() -> None:
    SupervisedObject.objects.create(
        code="QC-1", kind="enterprise", name="Haiwan", trade="chemicals", risk_class="red", region_code=LICANG,
        created_at=current_time(),
    )  # fmt: skip


def the_usual_bodies() -> None:
    usual_bodies(LICANG)


def a_county_without_towns() -> None:
    usual_bodies(LICANG)
    Town.objects.filter(region=LICANG).delete()


def somebody_unused() -> None:
    person = make_person("viewer")
    User.objects.filter(pk=person.pk).update(date_joined=timezone.now() - timedelta(days=8))


FINDS: list[tuple[str, Callable[[], object], int, Callable[[], object]]] = [
    ("devices_never_heard", one_device, 1, lambda: Device.objects.update(last_seen_at=current_time())),
    ("devices_silent", a_device_that_spoke_long_ago, 1, lambda: Device.objects.update(last_seen_at=current_time())),
    ("sensors_off_the_network", one_device, 3, lambda: Sensor.objects.update(enabled=False)),
    ("devices_without_body", one_device, 1, lambda: Device.objects.update(enabled=False)),
    ("mains_without_owner", a_main, 1, lambda: Asset.objects.update(owner=usual_bodies(LICANG)["gas_company"])),
    ("objects_without_body", a_red_firm, 1,
     lambda: SupervisedObject.objects.update(competent=usual_bodies(LICANG)["fire_rescue"])),
    ("high_risk_without_people", a_red_firm, 1, lambda: SupervisedObject.objects.update(risk_class="blue")),
    ("high_risk_without_account", a_red_firm, 1, lambda: SupervisedObject.objects.update(risk_class="blue")),
    ("firms_without_meters", a_red_firm, 1, lambda: SupervisedObject.objects.update(active=False)),
    ("desks_without_telephone", the_usual_bodies, 12, lambda: Organisation.objects.update(telephone="110")),
    ("bodies_without_desk", the_usual_bodies, 1, lambda: Organisation.objects.update(has_desk=True)),
    ("areas_without_towns", a_county_without_towns, 1, ensure_towns),
    ("desks_without_people", the_usual_bodies, 14, lambda: Organisation.objects.update(has_desk=False)),
    ("bodies_without_duty", lambda: [one.duties.all().delete() for one in usual_bodies(LICANG).values()], 17,
     lambda: Organisation.objects.update(kind="other")),
    ("never_signed_in", somebody_unused, 1, lambda: User.objects.update(last_login=timezone.now())),
    ("no_backup", lambda: None, 1, lambda: record_audit(system_actor(), BACKUP_TAKEN, "backup", "p", region_code="")),
    ("nobody_at_the_desk", lambda: None, 2, lambda: make_person("duty_officer")),
    ("missing_administrators", lambda: None, 2,
     lambda: [make_person(one, EVERYWHERE) for one in ("security_administrator", "audit_administrator")]),
]  # fmt: skip
"""Check, how it comes about in Licang, how many are found, how it is mended."""


@pytest.mark.parametrize(("name", "arrange", "count", "mend"), FINDS, ids=[one[0] for one in FINDS])
def test_a_check_finds_and_is_mended(name: str, arrange: Callable[[], object], count: int, mend: Callable[[], object]) -> None:
    ensure_regions()
    me = make_person(ME, LICANG)
    User.objects.filter(pk=me.pk).update(last_login=timezone.now())
    arrange()
    found = look(name, me)
    assert found.count == count
    assert found.count == 0 or 0 < len(found.names) <= 5
    mend()
    assert look(name, me).count == 0


OF_AN_AREA = [one for one in FINDS if one[0] not in ("no_backup", "missing_administrators", "nobody_at_the_desk")]


@pytest.mark.parametrize(("name", "arrange"), [one[:2] for one in OF_AN_AREA], ids=[one[0] for one in OF_AN_AREA])
def test_who_administers_elsewhere_is_told_nothing(name: str, arrange: Callable[[], object]) -> None:
    arrange()
    other = make_person(ME, SHINAN)
    assert look(name, other) == Finding(0)
    whole = make_person(ME, EVERYWHERE)
    assert look(name, whole, SHINAN) == Finding(0)
    assert look(name, whole, LICANG).count > 0


def test_names_are_unique_and_danger_comes_first() -> None:
    checks = readiness_checks()
    assert len({one.name for one in checks}) == len(checks)
    assert len({one.name for one in setup_steps()}) == len(setup_steps())
    assert [one.stake for one in checks] == sorted(one.stake for one in checks)


def test_a_finding_names_the_first_few() -> None:
    assert finding_among(f"well {number}" for number in range(8)) == Finding(8, tuple(f"well {number}" for number in range(5)))
    assert ReadinessCheck("x", gettext_lazy("Database"), gettext_lazy("Database"), Stake.HELP, lambda _: Finding(0), "setup")


def administrator(region: str = EVERYWHERE) -> Client:
    ensure_regions()
    return signed_in(make_person(ME, region))


def test_an_empty_installation_asks_for_the_area_first() -> None:
    client = administrator()
    assert client.get("/home/", follow=True).redirect_chain[-1][0] == "/setup/"
    page = client.get("/setup/").content.decode()
    assert "Set up your city" in page
    assert "Add the usual bodies" not in page
    page = client.get(f"/setup/?region={LICANG}").content.decode()
    assert "Add the usual bodies" in page
    assert client.get("/setup/?region=999999").status_code == 400


def test_a_step_is_done_by_what_is_there_and_open_again_without_it() -> None:
    client = administrator()

    def state(name: str) -> str:
        rows = client.get(f"/api/v1/records/setup?region={LICANG}").json()
        return str(next(one["state"] for one in rows if one["name"] == name))

    assert state("bodies") == "open"
    client.post("/organisations/usual/", {"region_code": LICANG})
    assert state("bodies") == "done"
    Organisation.objects.update(has_desk=False)
    assert state("bodies") == "open"


def test_a_step_is_left_out_with_a_reason_and_taken_up_again() -> None:
    client = administrator()
    address = {"step": "meters", "region_code": LICANG}
    page = client.post("/setup/skip/", {**address, "reason": " "}, follow=True).content.decode()
    assert "why the step is left out" in page
    page = client.post("/setup/skip/", {**address, "reason": "No firms here"}, follow=True).content.decode()
    assert "No firms here" in page
    assert SkippedStep.objects.get().region_code == LICANG
    client.post("/setup/take-up/", address)
    assert not SkippedStep.objects.exists()
    told = AuditEntry.objects.filter(action__startswith="setup.").order_by("at").values_list("action", flat=True)
    assert list(told) == ["setup.step_skipped", "setup.step_taken_up"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"step": "nonsense", "region_code": LICANG}, "There is no step"),
        ({"step": "meters", "region_code": "999999"}, "There is no area"),
        ({"step": "meters", "region_code": SHINAN}, "system.see"),
    ],
)
def test_what_can_t_be_left_out(given: dict[str, str], why: str) -> None:
    client = administrator(LICANG)
    assert why in client.post("/setup/skip/", {**given, "reason": "so"}, follow=True).content.decode()
    assert not SkippedStep.objects.exists()


def test_the_administrator_lands_on_the_installation_when_all_is_done() -> None:
    client = administrator()
    usual_bodies(LICANG)
    assert client.get("/home/", follow=True).redirect_chain[-1][0] == "/setup/"
    for step in setup_steps():
        if not step.optional:
            client.post("/setup/skip/", {"step": step.name, "region_code": LICANG, "reason": "later"})
    assert client.get("/home/", follow=True).redirect_chain[-1][0] == "/today/"


def test_the_checks_stand_on_a_page_and_in_the_api() -> None:
    client = administrator()
    a_main()
    page = client.get("/setup/checks/").content.decode()
    assert "Mains without a known owner" in page
    assert page.index("Mains without a known owner") < page.index("Policy with figures that nobody here has confirmed")
    told = {one["name"]: one for one in client.get("/api/v1/records/readiness").json()}
    assert told["mains_without_owner"]["count"] == 1
    assert told["mains_without_owner"]["url"] == "/lifelines/assets/"
    assert "m-1" in client.get("/setup/checks/?format=csv").content.decode()


@pytest.mark.parametrize("role", ["duty_officer", "audit_administrator", "firm_officer"])
def test_others_see_neither(role: str) -> None:
    client = signed_in(make_person(role, LICANG, organisation="gas_company"))
    for address in ("/setup/", "/setup/checks/", "/api/v1/records/setup", "/api/v1/records/readiness"):
        assert client.get(address).status_code == 403


def test_a_test_goes_to_oneself_alone_once_a_minute() -> None:
    person = make_named_person("li.jing", "duty_officer")
    client = signed_in(person)
    page = client.post("/notices/test/", follow=True).content.decode()
    assert "first add a way" in page
    ContactPoint.objects.create(user=person, kind="sms", address="13800000000")
    assert client.post("/api/v1/notices/reachability/own").json() == {"asked": 1}
    client.post("/notices/test/")
    sent = Sending.objects.get()
    assert (sent.channel, sent.address, sent.notice.purpose) == ("sms", "13800000000", "channel_test")
    assert Notice.objects.get().person == person


def test_a_network_is_loaded_by_program_all_or_nothing() -> None:
    client = administrator(LICANG)
    point = {"type": "Point", "coordinates": [120.4, 36.1]}
    feature = {"type": "Feature", "geometry": point, "properties": {"id": "w-1", "kind": "manhole", "owner": "gas_company"}}

    def load(features: object, region: str = LICANG) -> Any:
        file = SimpleUploadedFile("net.geojson", json.dumps({"type": "FeatureCollection", "features": features}).encode())
        return client.post("/api/v1/lifelines/networks", {"file": file, "region_code": region}).json()

    told = load([feature])
    assert (told["loaded"], told["unknown_owners"]) == (1, ["gas_company"])
    assert Asset.objects.get().code == "w-1"
    load([{**feature, "properties": {"id": "w-2", "kind": "nonsense", "owner": ""}}])
    load([{**feature, "properties": {"id": "w-3", "kind": "manhole", "owner": ""}}], SHINAN)
    load("no list")
    assert Asset.objects.count() == 1
    moved = client.get("/lifelines/assets/load/")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/imports/to/network-objects/")


def test_a_test_device_shows_the_line_that_rings() -> None:
    client = administrator(LICANG)
    given = {"code": "test-370213", "region_code": LICANG, "lon": "120.43", "lat": "36.16"}
    page = client.post("/sensing/devices/test/", given).content.decode()
    assert "mosquitto_pub" in page
    assert "62.0" in page
    assert Sensor.objects.get().quantity == "methane"
    assert client.post("/sensing/devices/test/", given).status_code == 400
