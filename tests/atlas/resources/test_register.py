"""The register: who sees what, layers of files, what departments typically share, clocks, pages and programs."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.translation import override

from tests.atlas.resources.files import NOW, csv, geopackage, registered, steward
from tests.clocks import stand_at
from tests.pages import words_of
from tests.people import LICANG, QINGDAO, SHINAN, make_named_person, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.policy.catalogue import departments, shipped_resources
from tocsin.atlas.resources.queries.resources import resources_for
from tocsin.atlas.resources.queries.rows import rows_of
from tocsin.atlas.resources.rules.levels import Shared, SharingLevel
from tocsin.atlas.resources.services.landing import deliver, propose_use
from tocsin.atlas.resources.services.layers import LoadedLayer, load_layers
from tocsin.atlas.resources.services.register import ResourceFacts, change_resource, register_resource
from tocsin.atlas.resources.services.taking import contract_text, take_department
from tocsin.atlas.resources.services.watching import run_resource_clocks
from tocsin.atlas.resources.shown.findings import FINDING_WORDS
from tocsin.atlas.resources.shown.waiting import WAITING
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.engine.deliveries.odcs import read_contract
from tocsin.engine.deliveries.words import WORDS
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_words_for_translation_are_those_of_the_engine() -> None:
    with override("en"):
        assert {code: str(words) for code, words in FINDING_WORDS.items()} == WORDS


@pytest.mark.parametrize(
    ("level", "seen_by"),
    [
        (SharingLevel.PUBLIC, {"owner", "county", "city", "elsewhere", "other_body"}),
        (SharingLevel.INNER, {"owner", "county", "city"}),
        (SharingLevel.RESTRICTED, {"owner"}),
    ],
)
def test_who_sees_a_resource(level: SharingLevel, seen_by: set[str]) -> None:
    by = steward()
    one = registered(by, level=level)
    people = {
        "owner": by,
        "county": make_person("viewer", LICANG),
        "city": make_person("viewer", QINGDAO),
        "elsewhere": make_person("viewer", SHINAN),
        "other_body": steward("other", "water_company"),
        "no_permission": make_person("cashier", LICANG),
    }
    assert {name for name, person in people.items() if resources_for(person).filter(pk=one.pk).exists()} == seen_by


def test_a_steward_keeps_the_own_body_s_resources_alone() -> None:
    by, other = steward(), steward("other", "water_company")
    one = registered(by, level=SharingLevel.PUBLIC)
    with pytest.raises(NotAllowed):
        deliver(actor=other, resource_id=one.pk, file_name="1.csv", content=csv(), now=NOW)
    assert by.organisation_id is not None
    facts = ResourceFacts(name_zh="学校", level=SharingLevel.PUBLIC)
    with pytest.raises(NotAllowed):
        register_resource(actor=other, region_code=LICANG, owner_id=by.organisation_id, slug="x", facts=facts, now=NOW)
    with pytest.raises(Conflict):
        registered(by)
    with pytest.raises(InvalidInput):
        registered(by, "Not A Slug")


def test_layers_become_resources_once(tmp_path: Path) -> None:
    by = steward()
    geopackage(tmp_path, "消防水源")
    content = geopackage(tmp_path, "消火栓", 12)
    first, again = _load(by, content), _load(by, content)
    assert [(one.resource.slug, one.is_new) for one in first] == [("xiao-fang-shui-yuan", True), ("xiao-huo-shuan", True)]
    assert [(one.is_new, one.delivery) for one in again] == [(False, None), (False, None)]
    assert [len(rows_of(one.resource.pk).collect()) for one in first] == [40, 12]
    with pytest.raises(Conflict):
        _load(steward("other", "water_company"), content)


def _load(by: User, content: bytes) -> list[LoadedLayer]:
    assert by.organisation_id is not None
    return load_layers(
        actor=by,
        region_code=LICANG,
        owner_id=by.organisation_id,
        file_name="water.gpkg",
        content=content,
        level=SharingLevel.INNER,
        now=NOW,
        way=Shared.UPLOAD,
    )


def test_the_shipped_catalogue_is_whole() -> None:
    shipped = shipped_resources()
    assert len(shipped) >= 220
    assert len({one.slug for one in shipped}) == len(shipped)
    assert {one.department for one in shipped} == set(departments())
    for one in shipped:
        assert read_contract(contract_text(one)).key == (one.columns[0].name,)


def test_a_department_is_taken_over_in_one_press() -> None:
    by = steward()
    assert by.organisation_id is not None
    made = take_department(actor=by, department="fire", region_code=LICANG, owner_id=by.organisation_id, now=NOW)
    assert len(made) == len(shipped_resources("fire"))
    assert take_department(actor=by, department="fire", region_code=LICANG, owner_id=by.organisation_id, now=NOW) == []
    with pytest.raises(InvalidInput):
        take_department(actor=by, department="none", region_code=LICANG, owner_id=by.organisation_id, now=NOW)


def test_what_is_late_is_told_then_told_higher_and_ends_with_a_delivery() -> None:
    by = steward()
    one = registered(by, cycle_h=24)
    deliver(actor=by, resource_id=one.pk, file_name="1.csv", content=csv(), now=NOW)
    assert run_resource_clocks(now=NOW + 29 * HOUR) == 0
    assert [run_resource_clocks(now=NOW + 31 * HOUR), run_resource_clocks(now=NOW + 32 * HOUR)] == [1, 0]
    assert Notice.objects.get(organisation=one.owner).figures["what"] == "late"
    late = next(kind for kind in WAITING if kind.code == "resource_late")
    assert [row.pk for row in late.found(by, NOW)] == [one.pk]
    assert [run_resource_clocks(now=NOW + 55 * HOUR), run_resource_clocks(now=NOW + 56 * HOUR)] == [1, 0]
    assert "head" in {notice.figures["what"] for notice in Notice.objects.all()}
    deliver(actor=by, resource_id=one.pk, file_name="2.csv", content=csv(41), now=NOW + 57 * HOUR)
    assert not late.found(by, NOW)
    assert run_resource_clocks(now=NOW + 58 * HOUR) == 0


def test_a_longer_cycle_ends_lateness() -> None:
    by = steward()
    one = registered(by, cycle_h=1)
    deliver(actor=by, resource_id=one.pk, file_name="1.csv", content=csv(), now=NOW)
    run_resource_clocks(now=NOW + 2 * HOUR)
    facts = ResourceFacts(name_zh="中小学校", level=SharingLevel.INNER, cycle_h=720)
    assert change_resource(actor=by, resource_id=one.pk, facts=facts, now=NOW + 2 * HOUR).late_since is None


def test_a_broken_delivery_waits_for_who_may_decide() -> None:
    by, second = steward(), steward("second")
    one = registered(by)
    broken = deliver(actor=by, resource_id=one.pk, file_name="1.csv", content=csv(name="校名"), now=NOW)
    undecided = next(kind for kind in WAITING if kind.code == "resource_delivery")
    assert [row.pk for row in undecided.found(by, NOW)] == [broken.pk]
    propose_use(actor=by, delivery_id=broken.pk, reason="renamed", now=NOW)
    assert not undecided.found(by, NOW)
    assert [row.pk for row in undecided.found(second, NOW)] == [broken.pk]
    assert run_resource_clocks(now=NOW + 25 * HOUR) == 1


@pytest.mark.parametrize(("language", "words"), [("en", "name is missing"), ("zh-hans", "缺少 name")])
def test_the_page_tells_what_is_wrong_in_the_reader_s_language(
    language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    by = steward()
    one = registered(by)
    deliver(actor=by, resource_id=one.pk, file_name="坏.csv", content=csv(name="校名"), now=NOW)
    page = " ".join(words_of(signed_in(by, language).get(f"/resources/{one.pk}/").content))
    assert words in page
    assert "坏.csv" in page


def test_a_keeper_works_from_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    stand_at(monkeypatch, NOW)
    by = steward()
    browser = signed_in(by)
    form = {"region_code": LICANG, "organisation_id": str(by.organisation_id)}
    browser.post("/resources/take/", {**form, "department": "education"})
    browser.post("/resources/register/", {**form, "slug": "wells", "name_zh": "水井", "level": "inner", "cycle_h": ""})
    one = Resource.objects.get(slug="wells")
    browser.post(f"/resources/{one.pk}/deliver/", {"file": SimpleUploadedFile("wells.csv", csv())})
    one.refresh_from_db()
    assert one.rows == 40
    browser.post("/resources/layers/", {**form, "level": "inner", "file": SimpleUploadedFile("w.gpkg", geopackage(tmp_path))})
    assert Resource.objects.filter(slug="xiao-fang-shui-yuan", rows=40).exists()
    assert "xiao-fang-shui-yuan" in " ".join(words_of(browser.get("/resources/").content))
    register = " ".join(words_of(browser.get("/resources/?search=well").content))
    assert "wells" in register
    assert "xiao-fang" not in register
    assert browser.get(f"/resources/{one.pk}/contract.yaml").content.startswith(b"apiVersion")
    assert browser.get("/resources/?format=csv").status_code == 200


def test_programs_deliver_and_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    stand_at(monkeypatch, NOW)
    by = steward()
    one = registered(by)
    browser = signed_in(by)
    answer = browser.post(f"/api/v1/atlas/resources/{one.pk}/deliveries", {"file": SimpleUploadedFile("1.csv", csv())})
    assert (answer.status_code, answer.json()["stage"]) == (200, "landed")
    told = browser.get(f"/api/v1/atlas/resources/{one.pk}").json()
    assert (told["rows"], told["freshness"], len(told["columns"])) == (40, "fresh", 6)
    assert browser.get("/api/v1/atlas/resources?state=served").json()["total"] == 1
    stranger = signed_in(make_named_person("far", "viewer", usual_bodies(SHINAN)["water_company"], SHINAN))
    assert stranger.get(f"/api/v1/atlas/resources/{one.pk}").status_code == 404
