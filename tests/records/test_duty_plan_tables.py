"""Duty plans by dates as tables: who is on a roster, above its rotations."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.languages import english as english
from tests.people import LICANG, make_named_person, make_person, signed_in
from tests.records.imports.files import given, judged_now, taken
from tests.usual_bodies import usual_bodies
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rosters.models import Roster, StandIn
from tocsin.jurisdiction.rosters.queries.rosters import on_call
from tocsin.jurisdiction.rosters.services.rosters import create_roster
from tocsin.records.imports.rules import ImportVerdict
from tocsin.records.imports.services.taking import undo_file

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)  # noon
PLAN = """十二月值班表,,,
开始时间,结束时间,值班人员,备注
2026/12/1 8:30,2026-12-01 17:30,li,
2026-12-01 17:30,20:00,unit_desk,晚班
"""
WRONG = """2020-01-01 08:30,17:30,li,
2026-12-01 20:00,21:00,wang,
morning,noon,li,
2026-12-01 08:30,17:30,li,
2026-12-01 08:30,late,li,
"""


@pytest.fixture
def desk() -> User:
    made = make_person("unit_desk", organisation="gas_company")
    make_named_person("li", "utility_crew", made.organisation)
    return made


@pytest.fixture
def roster(desk: User) -> Roster:
    body = Organisation.objects.get(code="gas_company", region_id=LICANG)
    return create_roster(actor=desk, organisation_id=body.pk, name_zh="调度", name_en="Control room")


def test_a_plan_comes_is_the_same_and_goes(desk: User, roster: Roster) -> None:
    made = given(desk, "duty-plans", PLAN.encode("gb18030"), region=LICANG, now=NOW)
    assert [row.verdict for row in judged_now(made, NOW)] == [ImportVerdict.NEW] * 2 and not StandIn.objects.exists()
    assert not taken(made, NOW).trouble
    noon = NOW + timedelta(days=1)
    assert [str(one) for one in on_call(roster.organisation, at=noon)] == ["li"]
    assert [str(one) for one in on_call(roster.organisation, at=noon + timedelta(hours=7))] == ["unit_desk"]
    again = given(desk, "duty-plans", PLAN, region=LICANG, now=NOW)
    assert [row.verdict for row in judged_now(again, NOW)] == [ImportVerdict.SAME] * 2
    undo_file(actor=desk, import_id=made.pk, now=noon)  # while the first is on
    first, second = StandIn.objects.order_by("starts_at")
    assert first.ends_at == noon and first.cancelled_at is None and second.cancelled_at == noon
    assert on_call(roster.organisation, at=noon + timedelta(hours=7)) != ["unit_desk"]


def test_wrong_rows_say_which_column(desk: User, roster: Roster) -> None:
    made = given(desk, "duty-plans", PLAN + WRONG, region=LICANG, now=NOW)
    assert {row.line: [one.column for one in row.problems] for row in judged_now(made, NOW) if row.problems} == {
        5: ["until"],
        6: ["who"],
        7: ["from"],
        8: ["who"],
        9: ["until"],
    }
    assert taken(made, NOW, leave_wrong=True).counts == {"new": 2, "wrong": 5}


def test_one_file_for_the_rosters_of_several_bodies_and_a_shift_that_has_begun(desk: User, roster: Roster) -> None:
    water = usual_bodies(LICANG)["water_company"]
    make_named_person("sun", "utility_crew", water)
    leader = make_person("shift_leader")
    create_roster(actor=leader, organisation_id=water.pk, name_zh="调度", name_en="Control room")
    head = "单位,值班表,开始,结束,姓名\n"
    rows = "gas_company,调度,2026-11-30 08:00,20:00,li\n供水公司,control room,2026-12-01 08:00,20:00,sun\n"
    made = taken(given(leader, "duty-plans", head + rows, region=LICANG, now=NOW), NOW)
    assert not made.trouble and StandIn.objects.filter(roster__organisation=water).count() == 1
    assert StandIn.objects.get(roster=roster).starts_at == NOW, "what is past is not rewritten"
    later = NOW + timedelta(hours=1)
    again = given(leader, "duty-plans", head + rows, region=LICANG, now=later)
    assert [row.verdict for row in judged_now(again, later)] == [ImportVerdict.SAME] * 2
    unnamed = given(leader, "duty-plans", head + ",调度,2026-12-02 08:00,20:00,li\n", region=LICANG, now=NOW)
    assert [[one.column for one in row.problems] for row in judged_now(unnamed, NOW)] == [["roster"]]
    foreign = given(desk, "duty-plans", head + rows, region=LICANG, now=later)
    assert [[one.column for one in row.problems] for row in judged_now(foreign, later)] == [[], ["organisation"]]


def test_the_old_address_leads_to_the_new_one(desk: User, roster: Roster) -> None:
    browser = signed_in(desk)
    moved = browser.get(f"/rosters/{roster.pk}/plan/")
    assert (moved.status_code, moved["Location"]) == (301, "/imports/to/duty-plans/")
    assert "值班人员" in signed_in(desk, "zh-hans").get(f"/rosters/{roster.pk}/plan.csv", follow=True).content.decode()
    assert "/imports/to/duty-plans/" in browser.get(f"/rosters/{roster.pk}/").content.decode()
    stranger = signed_in(make_person("unit_desk", organisation="water_company"))
    assert stranger.get(f"/rosters/{roster.pk}/plan/").status_code == 404
