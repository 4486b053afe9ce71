"""Areas, bodies, people and roles as tables, and one-time passwords on paper."""

from datetime import UTC, datetime
from uuid import UUID

import pypdfium2
import pytest

from tests.languages import english as english
from tests.people import LICANG, QINGDAO, SHINAN, make_person, signed_in
from tests.records.imports.files import given
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, NotAllowed
from tocsin.jurisdiction.areas.models import Region, Town
from tocsin.jurisdiction.bodies.models import Duty, Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.models import Grant
from tocsin.records.audit.models import AuditEntry
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.rules import ImportVerdict
from tocsin.records.imports.services.judging import rows_of
from tocsin.records.imports.services.taking import take_file, undo_file
from tocsin.records.setup.services.slips import AT_ONCE, print_slips

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
BODIES = """单位编码,单位名称,单位类型,值班电话,上级单位编码,昼夜值守,负责生命线
heat_co,供热公司,权属单位,0532 1,city_management_bureau,是,heating
gas_company,燃气公司,权属单位,0532 2,,,
"""
PEOPLE = "用户名,姓名,单位\nli.jing,李静,monitoring_centre\nwang.wei,王伟,城市安全风险监测预警中心\n"


def by(role: str, region: str = LICANG) -> User:
    usual_bodies(LICANG)
    return make_person(role, region)


def take(actor: User, kind: str, text: str, region: str = LICANG) -> UUID:
    made = given(actor, kind, text, region=region, now=NOW)
    taken = take_file(actor=actor, import_id=made.pk, now=NOW)
    assert not taken.trouble, taken.trouble
    return made.pk


def problems(actor: User, kind: str, text: str, region: str = LICANG) -> list[str]:
    made = given(actor, kind, text, region=region, now=NOW)
    return [one.column for row in rows_of(actor=actor, made=made, now=NOW) for one in row.problems]


def verdicts(actor: User, kind: str, text: str) -> list[ImportVerdict]:
    return [row.verdict for row in rows_of(actor=actor, made=given(actor, kind, text, region=LICANG, now=NOW), now=NOW)]


def test_bodies_come_change_and_go_again() -> None:
    me = by("system_administrator")
    made = take(me, "organisations", BODIES)
    new = Organisation.objects.get(code="heat_co")
    assert (new.kind, new.has_desk, str(new.superior.code if new.superior else "")) == ("owner", True, "city_management_bureau")
    assert [one.lifeline for one in new.duties.all()] == ["heating"]
    assert Organisation.objects.get(code="gas_company", region_id=LICANG).telephone == "0532 2"
    assert verdicts(me, "organisations", BODIES) == [ImportVerdict.SAME, ImportVerdict.SAME]
    undo_file(actor=me, import_id=made, now=NOW)
    assert not Organisation.objects.filter(code="heat_co").exists()
    assert Organisation.objects.get(code="gas_company", region_id=LICANG).telephone == ""


def test_a_body_with_people_stays() -> None:
    me = by("system_administrator")
    made = take(me, "organisations", BODIES)
    User.objects.create_user("somebody", "a long password", organisation=Organisation.objects.get(code="heat_co"))
    with pytest.raises(Conflict, match="in use"):
        undo_file(actor=me, import_id=made, now=NOW)
    assert Organisation.objects.filter(code="heat_co").exists()


def test_areas_of_another_province_come_and_go() -> None:
    me = by("system_administrator", "000000")
    made = take(me, "areas", "区划代码,名称,英文名称\n440000,广东省,Guangdong\n440300,深圳市,Shenzhen\n", "000000")
    assert Region.objects.get(pk="440300").level == "city"
    undo_file(actor=me, import_id=made, now=NOW)
    assert not Region.objects.filter(pk__startswith="44").exists()


TOWNS = """区划代码,名称,英文名称
440307001,平湖街道,
440307002,布吉街道,
440307,龙岗区,Longgang District
370213001,振华路街道办,
"""


def test_towns_of_another_province_come_with_their_area_and_go() -> None:
    me = by("system_administrator", "000000")
    shipped = Town.objects.get(pk="370213001").name_zh
    made = take(me, "areas", TOWNS, "000000")
    assert dict(Town.objects.filter(region="440307").values_list("code", "name_zh")) == {
        "440307001": "平湖街道",
        "440307002": "布吉街道",
    }
    assert Town.objects.get(pk="370213001").name_zh == "振华路街道办"
    listed = signed_in(me).get("/api/v1/jurisdiction/regions/towns?region_code=440300").json()
    assert listed[0] == {"code": "440307001", "name_zh": "平湖街道", "region_code": "440307"}
    assert [one["code"] for one in listed] == ["440307001", "440307002"]
    assert set(verdicts_of(me, TOWNS)) == {ImportVerdict.SAME}
    duty = Duty.objects.create(organisation=Organisation.objects.all()[0], kind="owner", area_code="440307001")
    with pytest.raises(Conflict, match="Pinghu Subdistrict is in use"):
        undo_file(actor=me, import_id=made, now=NOW)
    duty.delete()
    undo_file(actor=me, import_id=made, now=NOW)
    assert not Region.objects.filter(pk="440307").exists()
    assert not Town.objects.filter(pk__startswith="44").exists()
    assert Town.objects.get(pk="370213001").name_zh == shipped


def verdicts_of(actor: User, text: str) -> list[ImportVerdict]:
    return [row.verdict for row in rows_of(actor=actor, made=given(actor, "areas", text, region="000000", now=NOW), now=NOW)]


def test_a_town_without_an_area_says_what_to_enter_first() -> None:
    me = by("system_administrator", "000000")
    made = given(me, "areas", "区划代码,名称\n440307001,平湖街道\n", region="000000", now=NOW)
    [row] = rows_of(actor=me, made=made, now=NOW)
    assert [(one.column, "440307" in one.text and "enter the area first" in one.text) for one in row.problems] == [("code", True)]


def test_an_area_with_towns_stays() -> None:
    me = by("system_administrator", "000000")
    made = take(me, "areas", "区划代码,名称\n440307,龙岗区\n", "000000")
    take(me, "areas", "区划代码,名称\n440307001,平湖街道\n", "000000")
    with pytest.raises(Conflict, match="in use"):
        undo_file(actor=me, import_id=made, now=NOW)


WRONG = [
    ("organisations", "code,name_zh,kind\nx y,名,权属单位\n", None),
    ("organisations", "code,name_zh,kind\none,名,nonsense\n", "kind"),
    ("organisations", "code,name_zh,kind,superior\none,名,owner,nobody\n", "superior"),
    ("organisations", "code,name_zh,kind,desk\none,名,owner,perhaps\n", "desk"),
    ("areas", "code,name_zh\n440300,深圳市\n", "code"),
    ("areas", "code,name_zh\n12,深圳市\n", "code"),
    ("areas", "code,name_zh\n440307001,平湖街道\n", "code"),
    ("areas", "code,name_zh\n37021300,平湖街道\n", "code"),
    ("areas", "code,name_zh,name_en\n370213099,新街道,New\n", "name_en"),
    ("areas", "code,name_zh\n370213099," + "街" * 61 + "\n", "name_zh"),
    ("people", "username,name,organisation\nLi Jing,李静,monitoring_centre\n", "username"),
    ("people", "username,name,organisation\nli.jing,李静,nowhere\n", "organisation"),
    ("people", "username,name,organisation\nsystem_administrator-370202,x,monitoring_centre\n", "username"),
]


@pytest.mark.parametrize(("kind", "text", "column"), [one for one in WRONG if one[2]], ids=range(len(WRONG) - 1))
def test_a_wrong_row_says_where(kind: str, text: str, column: str) -> None:
    make_person("system_administrator", SHINAN)
    assert column in problems(by("system_administrator"), kind, text)


def test_accounts_have_no_password_before_a_slip_is_printed() -> None:
    me = by("system_administrator")
    take(me, "people", PEOPLE)
    people = list(User.objects.filter(username__in=["li.jing", "wang.wei"]))
    assert [one.has_usable_password() for one in people] == [False, False]
    assert {str(one.organisation.code if one.organisation else "") for one in people} == {"monitoring_centre"}
    assert not Grant.objects.filter(user__in=people).exists()
    assert verdicts(me, "people", PEOPLE) == [ImportVerdict.SAME, ImportVerdict.SAME]

    document = print_slips(actor=me, region_code=LICANG, again=False, address="https://tocsin.example/", now=NOW)
    text = pypdfium2.PdfDocument(document)[0].get_textpage().get_text_range()
    assert "li.jing" in text
    assert "wang.wei" in text
    assert User.objects.get(username="li.jing").has_usable_password()
    assert User.objects.get(username="li.jing").must_change_password
    entry = AuditEntry.objects.get(action="passwords.printed")
    assert entry.details["people"] == ["li.jing", "wang.wei"]
    with pytest.raises(Conflict):
        print_slips(actor=me, region_code=LICANG, again=False, address="", now=NOW)
    assert print_slips(actor=me, region_code=LICANG, again=True, address="", now=NOW).startswith(b"%PDF")


def test_slips_are_for_people_one_manages() -> None:
    take(by("system_administrator"), "people", PEOPLE)
    with pytest.raises(NotAllowed):
        print_slips(actor=make_person("system_administrator", SHINAN), region_code=LICANG, again=True, address="", now=NOW)
    client = signed_in(make_person("duty_officer", LICANG))
    assert client.get("/setup/passwords/").status_code == 403


def test_the_page_hands_the_sheet_over_once() -> None:
    me = by("system_administrator")
    take(me, "people", PEOPLE)
    client = signed_in(me)
    assert "2 people have no password yet" in client.get(f"/setup/passwords/?region={LICANG}").content.decode()
    answer = client.post("/setup/passwords/", {"region": LICANG})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert "has a password already" in client.post("/setup/passwords/", {"region": LICANG}).content.decode()
    assert AT_ONCE == 20


def test_people_who_have_a_role_or_a_password_stay() -> None:
    me = by("system_administrator")
    made = take(me, "people", PEOPLE)
    roles = take(make_person("security_administrator", QINGDAO), "roles", "用户名,角色\nli.jing,值班员\n")
    with pytest.raises(Conflict):
        undo_file(actor=me, import_id=made, now=NOW)
    undo_file(actor=User.objects.get(username="security_administrator-370200"), import_id=roles, now=NOW)
    undo_file(actor=me, import_id=made, now=NOW)
    assert not User.objects.filter(username="li.jing").exists()


def test_roles_are_given_by_who_gives_rights() -> None:
    me = by("system_administrator")
    take(me, "people", PEOPLE)
    with pytest.raises(NotAllowed):
        given(me, "roles", "用户名,角色\nli.jing,值班员\n", region=LICANG, now=NOW)
    giver = make_person("security_administrator", LICANG)
    take(giver, "roles", f"username,role,region\nli.jing,duty officer,{LICANG}\nwang.wei,shift_leader,\n")
    held = set(Grant.objects.values_list("user__username", "role", "region_code"))
    assert {("li.jing", "duty_officer", LICANG), ("wang.wei", "shift_leader", LICANG)} <= held
    wrong = f"username,role,region\nnobody,viewer,\nli.jing,king,\nli.jing,viewer,{SHINAN}\n{giver.username},viewer,\n"
    assert problems(giver, "roles", wrong) == ["username", "role", "region", "username"]


def test_an_import_of_people_shows_on_its_page() -> None:
    client = signed_in(by("system_administrator"))
    for kind in ("areas", "organisations", "people"):
        assert client.get(f"/imports/to/{kind}/").status_code == 200
        assert client.get(f"/imports/to/{kind}/?format=csv").status_code == 200
    assert client.get("/imports/to/roles/").status_code == 403
    assert not TableImport.objects.exists()
