"""Tables of travel times: taken whole or told by row, one in force for an area, asked by plans before the distance."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.clocks import stand_at
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, QINGDAO, SHINAN, make_person, signed_in
from tests.supplies.requests import HERE, approved, desk, request_for
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.requests.models import SupplyRequest
from tocsin.supplies.requests.services.plans import remark_way, work_out_plans
from tocsin.supplies.requests.shown.plans import describe_plans
from tocsin.supplies.roads.models import TravelTable, TravelTime
from tocsin.supplies.roads.queries.travel import known_times
from tocsin.supplies.roads.services.tables import put_back, take_table
from tocsin.workshop.commands.load import load as load_command

pytestmark = pytest.mark.django_db

HEAD = "仓库,地点,经度,纬度,行车时间（分钟）,公里\n"
THERE = f"{HERE[0]},{HERE[1]}"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def taken(by: User, text: str, *, region: str = LICANG, head_line: str = HEAD) -> TravelTable:
    return take_table(actor=by, region_code=region, file_name="行车时间.csv", content=(head_line + text).encode(), now=NOW)


def test_every_wrong_cell_is_told_and_nothing_is_taken(english: None) -> None:
    by, near = head(), store()
    store("重名库")
    store("重名库")
    store("市南区库", "370202")
    good = taken(by, f"{near.name},安置点,{THERE},18,9.5\n")
    text = (
        f"{near.name},安置点,{THERE},20,\n"
        f"{near.name},安置点,{THERE},21,\n"
        f"市南区库,安置点,{THERE},20,\n"
        f"重名库,安置点,{THERE},20,\n"
        f"{near.pk},,190,x,0,-1\n"
        ",,,,,\n"
        f",安置点二,{THERE},10,1\n"
    )
    made = taken(by, text)
    assert [(one["line"], one["column"], one["fault"]) for one in made.problems] == [
        (3, "place", "twice"),
        (4, "store", "no_store"),
        (5, "store", "two_stores"),
        (6, "place", "empty"),
        (6, "lon", "out_of_range"),
        (6, "lat", "no_number"),
        (6, "minutes", "out_of_range"),
        (6, "km", "out_of_range"),
        (8, "store", "empty"),
    ]
    assert (made.state, made.wrong, made.times.count()) == ("wrong", 5, 0)
    good.refresh_from_db()
    assert good.state == "holds"
    page = " ".join(words_of(signed_in(by).get(f"/supplies/roads/travel-times/{made.pk}/").content))
    assert "5 rows are wrong nothing was taken and what held before holds" in page
    assert "Line 2 has the same store and place" in page


@pytest.mark.parametrize(
    ("head_line", "text", "why"),
    [
        ("仓库,地点\n", "a,b\n", "no headings"),
        ("仓库,储备库,地点,经度,纬度,分钟\n", "a,a,b,1,1,1\n", "mean the same"),
        (HEAD, "", "no rows"),
    ],
)
def test_what_is_no_such_table_is_refused(english: None, head_line: str, text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        taken(head(), text, head_line=head_line)


def test_one_table_holds_and_an_older_one_may_be_put_back(english: None) -> None:
    by, near = head(), store()
    first = taken(by, f"{near.name},安置点,{THERE},18,9.5\n")
    second = taken(by, f"{near.name},安置点,{THERE},30,9.5\n")
    assert known_times([near.pk], *HERE, 500)[near.pk].minutes == 30
    with pytest.raises(Conflict, match="held before"):
        put_back(actor=by, table_id=second.pk, now=NOW)
    put_back(actor=by, table_id=first.pk, now=NOW)
    assert known_times([near.pk], *HERE, 500)[near.pk].minutes == 18
    assert list(TravelTable.objects.filter(state="holds").values_list("pk", flat=True)) == [first.pk]
    assert AuditEntry.objects.filter(action="travel_table.held", actor_id=by.pk).count() == 3


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
    made = taken(head(), f"{near.name},安置点,{THERE},18,9.5\n")
    with pytest.raises(NotAllowed):
        taken(make_person("duty_officer", LICANG), f"{near.name},安置点,{THERE},18,\n")
    with pytest.raises(NotAllowed):
        taken(head(SHINAN), f"{near.name},安置点,{THERE},18,\n")
    address, reader = f"/api/v1/supplies/travel-tables/{made.pk}", signed_in(make_person("viewer", LICANG))
    assert signed_in(make_person("viewer", SHINAN)).get(address).status_code == 404
    assert reader.get(address).status_code == 200
    assert reader.post(f"{address}/put-back").status_code == 403


def test_page_api_and_command_take_a_table(tmp_path: Path, english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    near, by = store(), head()
    browser = signed_in(by)
    text = f"{HEAD}{near.name},安置点,{THERE},18,9.5\n"
    file = SimpleUploadedFile("t.csv", text.encode())
    page = browser.post("/supplies/roads/travel-times/", {"file": file, "region_code": LICANG}, follow=True)
    assert "in force" in " ".join(words_of(page.content))
    assert "9.5" in browser.get(f"{page.redirect_chain[-1][0]}?format=csv").getvalue().decode()
    assert "仓库" in browser.get("/supplies/roads/travel-times/?template").content.decode()
    file = SimpleUploadedFile("t.csv", text.replace("18", "19").encode())
    told = browser.post("/api/v1/supplies/travel-tables", {"file": file, "region_code": LICANG}).json()
    assert (told["state"], told["rows"]) == ("holds", 1)
    times = browser.get(f"/api/v1/supplies/travel-tables/{told['id']}/times").json()
    assert (times["total"], times["items"][0]["minutes"]) == (1, 19)
    assert browser.get("/api/v1/supplies/travel-tables").json()[0]["state"] == "holds"
    monkeypatch.setattr("tocsin.workshop.commands.load.prepare_database", lambda: "")
    path = tmp_path / "times.csv"
    path.write_text(text.replace("18", "20"), encoding="utf-8")
    done = CliRunner().invoke(load_command, ["travel-times", str(path), "--region", LICANG, "--by", by.username])
    assert done.exception is None, done.exception
    assert done.output == f"1 travel times of region {LICANG} are in force\n"
    path.write_text(text.replace("18", "x"), encoding="utf-8")
    done = CliRunner().invoke(load_command, ["travel-times", str(path), "--region", LICANG, "--by", by.username])
    assert "line 2, 分钟: “x” is no number." in done.output
    assert TravelTime.objects.get(table__state="holds").minutes == 20
