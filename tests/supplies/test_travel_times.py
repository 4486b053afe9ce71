"""Tables of travel times: taken whole or told by row, one in force for an area, asked by plans before the distance."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.clocks import stand_at
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, QINGDAO, SHINAN, make_person, signed_in
from tests.records.imports.files import given, judged_now
from tests.records.imports.files import taken as take
from tests.supplies.requests import HERE, approved, desk, request_for
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.services.taking import undo_file
from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.requests.models import SupplyRequest
from tocsin.supplies.requests.services.plans import remark_way, work_out_plans
from tocsin.supplies.requests.shown.plans import describe_plans
from tocsin.supplies.roads.models import TravelTime
from tocsin.supplies.roads.queries.travel import known_times
from tocsin.workshop.commands.load import load as load_command

pytestmark = pytest.mark.django_db

HEAD = "仓库,地点,经度,纬度,行车时间（分钟）,公里\n"
THERE = f"{HERE[0]},{HERE[1]}"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def table(by: User, text: str, *, region: str = LICANG, head_line: str = HEAD) -> TableImport:
    return given(by, "travel-times", head_line + text, region=region, now=NOW)


def taken(by: User, text: str, *, region: str = LICANG) -> TableImport:
    return take(table(by, text, region=region), NOW)


def test_every_wrong_cell_is_told(english: None) -> None:
    by, near = head(), store()
    store("重名库")
    store("重名库")
    store("市南区库", "370202")
    text = (
        f"{near.name},安置点,{THERE},20,\n"
        f"{near.name},安置点,{THERE},21,\n"
        f"市南区库,安置点,{THERE},20,\n"
        f"重名库,安置点,{THERE},20,\n"
        f"{near.pk},,190,x,0,-1\n"
        ",,,,,1\n"
        f",安置点二,{THERE},10,1\n"
    )
    rows = judged_now(table(by, text), NOW)
    assert [(row.line, {one.column for one in row.problems}) for row in rows] == [
        (2, set()),
        (3, {"place"}),
        (4, {"store"}),
        (5, {"store"}),
        (6, {"place", "lon", "lat", "minutes", "km"}),
        (7, {"store", "place"}),
        (8, {"store"}),
    ]
    assert rows[1].problems[0].text == "Line 2 has the same store and place."


def test_a_later_table_shows_its_differences_and_is_undone(english: None) -> None:
    by, near = head(), store()
    taken(by, f"{near.name},安置点,{THERE},18,9.5\n")
    later = table(by, f"{near.name},安置点,,,30,\n{near.name},学校,{THERE},12,\n")
    first, second = judged_now(later, NOW)
    assert ([tuple(one) for one in first.changes], second.verdict.value) == ([("minutes", "18", "30")], "new")
    take(later, NOW)
    assert {one.minutes for one in TravelTime.objects.all()} == {30, 12}
    assert TravelTime.objects.get(place="安置点").km == 9.5, "an empty cell erases nothing"
    undo_file(actor=by, import_id=later.pk, now=NOW)
    assert known_times([near.pk], *HERE, 500)[near.pk].minutes == 18
    assert {row.verdict.value for row in judged_now(table(by, f"{near.name},安置点,{THERE},18,9.5\n"), NOW)} == {"same"}


def test_a_smaller_areas_table_goes_before_and_the_nearest_place_counts() -> None:
    by, near = head(), store()
    taken(by, f"{near.name},市表,{THERE},50,\n", region=QINGDAO)
    assert known_times([near.pk], *HERE, 500)[near.pk].minutes == 50
    taken(by, f"{near.name},远处,{HERE[0] + 0.004},{HERE[1]},40,\n{near.name},近处,{HERE[0] + 0.001},{HERE[1]},35,\n")
    assert known_times([near.pk], *HERE, 500)[near.pk].place == "近处"
    assert known_times([near.pk], HERE[0], HERE[1] + 0.01, 500) == {}


def planned(lead: User) -> SupplyRequest:
    by = desk()
    made = request_for(by)
    approved(by, lead, made)
    return made


def soonest(made: SupplyRequest) -> Plan:
    return Plan.objects.get(request_id=made.pk, kind="soonest", state="ready")


def test_plans_ask_the_table_before_the_distance_and_what_was_entered_before_the_table(english: None) -> None:
    lead, near, far = head(), store(), store("市南区库", "370202")
    quilt = item(lead, "棉被")
    far.lon, far.lat = 120.38, 36.06
    far.save()
    received(lead, near, quilt, 500)
    received(lead, far, quilt, 500, "L2")
    taken(lead, f"{near.name},安置点,{THERE},240,9.5\n{far.name},安置点,{THERE},12,11\n", region=QINGDAO)
    made = planned(lead)
    (share,) = describe_plans(Plan.objects.filter(pk=soonest(made).pk))[0].shares
    assert (share.store, share.way) == ("市南区库", "drive of 12 min by the travel table, to 安置点")
    assert "drive of 12 min by the travel table to 安置点" in " ".join(
        words_of(signed_in(lead).get(f"/supplies/requests/{made.pk}/").content)
    )
    remark_way(actor=lead, request_id=made.pk, store_id=far.pk, minutes=None, reason="closed", now=NOW)
    remark_way(actor=lead, request_id=made.pk, store_id=near.pk, minutes=33, reason="driven", now=NOW)
    while work_out_plans(now=NOW):
        pass
    (share,) = describe_plans(Plan.objects.filter(pk=soonest(made).pk))[0].shares
    assert (share.store, share.way) == ("李沧区救灾物资库", "drive of 33 min as entered here")


def test_only_heads_of_the_area_give_tables_and_strangers_see_none() -> None:
    near = store()
    store("市南区库", SHINAN)
    by = head()
    taken(by, f"{near.name},安置点,{THERE},18,9.5\n")
    with pytest.raises(NotAllowed):
        table(make_person("duty_officer", LICANG), f"{near.name},安置点,{THERE},18,\n")
    with pytest.raises(NotAllowed):
        table(head(SHINAN), f"{near.name},安置点,{THERE},18,\n")
    time, reader = TravelTime.objects.get(), signed_in(make_person("viewer", LICANG))
    address = "/api/v1/supplies/travel-times"
    assert signed_in(make_person("viewer", SHINAN)).get(address).json()["total"] == 0
    assert reader.get(address).json()["items"][0]["minutes"] == 18
    assert reader.delete(f"{address}/{time.pk}").status_code == 403
    assert signed_in(by).delete(f"{address}/{time.pk}").status_code == 204
    assert not TravelTime.objects.exists()
    assert AuditEntry.objects.filter(action="travel_time.removed").count() == 1


def test_page_and_command(tmp_path: Path, english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    near, by = store(), head()
    taken(by, f"{near.name},安置点,{THERE},18,9.5\n")
    browser = signed_in(by)
    page = browser.get("/supplies/roads/travel-times/?search=安置")
    assert "安置点" in page.content.decode() and "/imports/to/travel-times/" in page.content.decode()
    assert "9.5" in browser.get("/supplies/roads/travel-times/?format=csv").getvalue().decode()
    browser.post(f"/supplies/roads/travel-times/{TravelTime.objects.get().pk}/remove/")
    assert not TravelTime.objects.exists()
    monkeypatch.setattr("tocsin.workshop.commands.load.prepare_database", lambda: "")
    path = tmp_path / "times.csv"
    path.write_text(f"{HEAD}{near.name},安置点,{THERE},20,\n", encoding="utf-8")
    done = CliRunner().invoke(load_command, ["travel-times", str(path), "--region", LICANG, "--by", by.username])
    assert done.exception is None, done.exception
    assert TravelTime.objects.get().minutes == 20
