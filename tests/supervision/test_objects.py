"""The register: what is taken and refused, who may, and tables that are taken over without loss."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError
from django.utils import translation
from hypothesis import given as drawn
from hypothesis import strategies as st

from tests.languages import english as english
from tests.people import LICANG, make_named_person
from tests.records.imports.files import given, judged_now, taken
from tests.supervision.firms import make_body
from tocsin.base.credit_codes import ALPHABET, check_character, organisation_check_character
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.sheets import read_sheet
from tocsin.bus import bulk
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.queries import cells_beside
from tocsin.records.imports.rules import ImportState
from tocsin.records.imports.services.taking import resume_file, take_file, take_waiting, undo_file
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.objects.policy.register import register, trades
from tocsin.supervision.objects.queries import register as queries
from tocsin.supervision.objects.rules.register import (
    NewObject,
    NewPerson,
    ObjectKind,
    check_digit,
    is_information_code,
    part_code,
    part_number,
    place_code,
    site_code,
)
from tocsin.supervision.objects.services import register as services
from tocsin.supervision.objects.services import tables

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
CODE = "91350100M000100Y43"
SHINAN = "370202"
CHEMICALS = NewObject(ObjectKind.ENTERPRISE, "海诺化工有限公司", "chemicals", LICANG, credit_code=CODE, lon=120.4, lat=36.2)


@pytest.fixture
def keeper(db: None) -> User:
    ensure_regions()
    return make_named_person("keeper", "supervisor")


def credit_code(number: int) -> str:
    organisation = "MA" + f"{number:06d}"
    body = f"91370213{organisation}{organisation_check_character(organisation)}"
    return body + check_character(body)


# --- the information code ---


@drawn(st.text(ALPHABET, min_size=18, max_size=18), st.integers(1, 999), st.integers(0, 2), st.integers(1, 9))
def test_every_wrong_digit_of_the_site_is_found(code: str, site: int, place: int, more: int) -> None:
    right = site_code("QC", code, site)
    assert is_information_code(right, "QC")
    digits = f"{site:03d}"
    wrong = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]
    assert not is_information_code(right.replace(f"-{digits}-", f"-{wrong}-"), "QC")


@pytest.mark.parametrize("text", ["", "QC", "QC-370212-P0012-2", "QC-91350100M000100Y43-001", "ZZ-91350100M000100Y43-001-4"])
def test_what_is_no_information_code(text: str) -> None:
    assert not is_information_code(text, "QC")


def test_codes_of_parts_hang_on_their_whole_down_to_a_welding_set() -> None:
    firm = site_code("QC", CODE, 1)
    hall = part_code(firm, ObjectKind.PLACE, 3)
    welder = part_code(hall, ObjectKind.EQUIPMENT, 9999)
    market = place_code("QC", LICANG, ObjectKind.PLACE, 7)
    assert [is_information_code(one, "QC") for one in (firm, hall, welder, market)] == [True] * 4
    assert [part_number(one) for one in (firm, hall, welder, market)] == [0, 3, 9999, 7]
    longest = SupervisedObject._meta.get_field("code").max_length
    assert longest is not None
    assert len(welder) <= longest
    assert check_digit("1") != check_digit("2")


def test_the_shipped_trades_can_be_read_and_hold_those_the_law_names() -> None:
    wanted = {"chemicals", "fireworks", "mine", "steel", "aluminium_casting", "dust_explosion", "ammonia_cold_store"}
    assert wanted <= set(trades())
    assert register().code.prefix == "QC"
    assert all(one.source for one in trades().values())


# --- entering and changing ---


def test_an_object_gets_its_code_class_and_department(keeper: User) -> None:
    bureau = make_body("emergency_bureau")
    made = services.register_object(actor=keeper, new=CHEMICALS)
    assert made.code == f"QC-{CODE}-001-4"
    assert (made.risk_class, made.directly_supervised, made.competent_id) == ("red", True, bureau.pk)
    assert AuditEntry.objects.filter(action="object.registered", object_id=str(made.pk)).count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"trade": "sorcery"}, "trade"),
        ({"credit_code": CODE[:-1] + "4"}, "credit_code"),
        ({"credit_code": "1234"}, "credit_code"),
        ({"site_number": 1000}, "site_number"),
        ({"lat": None}, "lon"),
        ({"lon": 36.2, "lat": 120.4}, "lon"),
        ({"shifts": "eight to five"}, "shifts"),
        ({"risk_class": "green"}, "risk_class"),
        ({"town_code": "12"}, "town_code"),
        ({"kind": ObjectKind.PLACE}, "credit_code"),
        ({"kind": ObjectKind.SITE, "credit_code": ""}, "credit_code"),
    ],
)
def test_what_is_refused_names_its_field(keeper: User, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput, match=rf"\b{field}: "):
        services.register_object(actor=keeper, new=replace(CHEMICALS, **changed))
    assert not SupervisedObject.objects.exists()


def test_one_object_for_each_credit_code_and_site(keeper: User) -> None:
    services.register_object(actor=keeper, new=CHEMICALS)
    with pytest.raises(Conflict):
        services.register_object(actor=keeper, new=CHEMICALS)
    second = services.register_object(actor=keeper, new=replace(CHEMICALS, kind=ObjectKind.SITE, site_number=2))
    assert second.code == site_code("QC", CODE, 2)


def test_parts_are_numbered_inside_their_whole(keeper: User) -> None:
    firm = services.register_object(actor=keeper, new=CHEMICALS)
    welder = NewObject(ObjectKind.EQUIPMENT, "welding set", "chemicals", LICANG, parent_id=firm.pk)
    codes = [services.register_object(actor=keeper, new=welder).code for _turn in range(3)]
    assert [part_number(one) for one in codes] == [1, 2, 3]
    with pytest.raises(InvalidInput):
        services.register_object(actor=keeper, new=replace(CHEMICALS, credit_code="", parent_id=firm.pk))


def test_a_new_credit_code_gives_a_new_information_code_and_is_in_the_audit_trail(keeper: User) -> None:
    made = services.register_object(actor=keeper, new=replace(CHEMICALS, credit_code=""))
    assert made.code == place_code("QC", LICANG, ObjectKind.ENTERPRISE, 1)
    changed = services.change_object(actor=keeper, object_id=made.pk, new=replace(services.as_new(made), credit_code=CODE))
    assert changed.code == site_code("QC", CODE, 1)
    entry = AuditEntry.objects.get(action="object.changed")
    assert entry.details["credit_code"] == ["", CODE]
    services.change_object(actor=keeper, object_id=made.pk, new=services.as_new(changed))
    assert AuditEntry.objects.filter(action="object.changed").count() == 1


def test_closing_needs_a_reason_and_happens_once(keeper: User) -> None:
    made = services.register_object(actor=keeper, new=CHEMICALS)
    with pytest.raises(InvalidInput):
        services.close_object(actor=keeper, object_id=made.pk, reason=" ")
    services.close_object(actor=keeper, object_id=made.pk, reason="moved away")
    with pytest.raises(Conflict):
        services.close_object(actor=keeper, object_id=made.pk, reason="again")
    assert not queries.search_objects(keeper, queries.Chosen())
    services.reopen_object(actor=keeper, object_id=made.pk, reason="back")
    assert queries.search_objects(keeper, queries.Chosen()).get() == made


# --- who may ---


def test_borders_of_the_register(keeper: User) -> None:
    firm, other = make_body("haino"), make_body("hongda")
    made = services.register_object(actor=keeper, new=replace(CHEMICALS, organisation_id=firm.pk))
    stranger = make_named_person("stranger", "supervisor", region=SHINAN)
    own, competitor = make_named_person("own", "firm_officer", firm), make_named_person("competitor", "firm_officer", other)
    viewer = make_named_person("viewer", "viewer")
    seen = {
        user.username: queries.visible_objects(user).filter(pk=made.pk).exists() for user in (stranger, own, competitor, viewer)
    }
    assert seen == {"stranger": False, "own": True, "competitor": False, "viewer": True}
    assert list(queries.own_objects(own)) == [made]
    for user in (stranger, viewer, own):
        with pytest.raises(NotAllowed):
            services.change_object(actor=user, object_id=made.pk, new=services.as_new(made))
    with pytest.raises(NotAllowed):
        services.register_object(actor=keeper, new=replace(CHEMICALS, region_code=SHINAN, site_number=2))


def test_personal_data_only_for_those_who_need_it(keeper: User) -> None:
    firm, other = make_body("haino"), make_body("hongda")
    made = services.register_object(actor=keeper, new=replace(CHEMICALS, organisation_id=firm.pk))
    own, competitor = make_named_person("own", "firm_officer", firm), make_named_person("competitor", "firm_officer", other)
    person = services.add_person(actor=own, object_id=made.pk, new=NewPerson("principal", "Li", telephone="138 0000 0000"))
    viewer, inspector = make_named_person("viewer", "viewer"), make_named_person("inspector", "inspector")
    found = {user.username: queries.visible_people(user).exists() for user in (keeper, own, competitor, viewer, inspector)}
    assert found == {"keeper": True, "own": True, "competitor": False, "viewer": False, "inspector": True}
    with pytest.raises(NotAllowed):
        services.add_person(actor=competitor, object_id=made.pk, new=NewPerson("principal", "Wang"))
    services.remove_person(actor=keeper, person_id=person.pk)
    assert KeyPerson.objects.get().telephone == ""
    assert all("Li" not in str(entry.details) for entry in AuditEntry.objects.filter(object_type="key_person"))


@pytest.mark.parametrize(
    ("changed", "field"), [({"role": "king"}, "role"), ({"name": ""}, "name"), ({"telephone": "call me"}, "telephone")]
)
def test_people_are_checked(keeper: User, changed: dict[str, str], field: str) -> None:
    made = services.register_object(actor=keeper, new=CHEMICALS)
    with pytest.raises(InvalidInput, match=field):
        services.add_person(actor=keeper, object_id=made.pk, new=replace(NewPerson("principal", "Li"), **changed))


# --- tables ---

HEAD = "名称,统一社会信用代码（18位）,类型,行业领域,风险等级,地址,经度,纬度,上级信用代码,备注"


def csv(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode("gb18030")


def preview(keeper: User, content: bytes) -> TableImport:
    return given(keeper, "supervised-objects", content, region=LICANG, now=NOW, name="firms.csv")


def verdicts(made: TableImport) -> list[str]:
    return [row.verdict.value for row in judged_now(made, NOW)]


GOOD = (
    f"海诺化工有限公司,{CODE},企业,化工,重大风险,九水路12号,120.4,36.2,,x",
    f"电焊机,,设备,chemicals,,,,,{CODE},",
    f"宏达铸造厂,{credit_code(7)},,铸造,,,,,,",
)


def test_a_file_is_previewed_taken_over_and_the_second_time_changes_nothing(keeper: User) -> None:
    made = preview(keeper, csv(*GOOD[::-1]))
    assert verdicts(made) == ["new"] * 3
    assert not SupervisedObject.objects.exists()
    taken(made, NOW)
    welder = SupervisedObject.objects.get(kind="equipment")
    assert welder.parent is not None
    assert welder.parent.credit_code == CODE
    assert SupervisedObject.objects.get(name="宏达铸造厂").risk_class == "orange"  # of its trade
    again = preview(keeper, csv(*GOOD))
    assert verdicts(again) == ["same"] * 3
    taken(again, NOW)
    assert SupervisedObject.objects.count() == 3


def test_an_empty_cell_never_erases_and_a_filled_one_changes(keeper: User, english: None) -> None:
    taken(preview(keeper, csv(*GOOD)), NOW)
    made = preview(keeper, csv(f"海诺化工集团有限公司,{CODE},,化工,较大,,,,,"))
    [row] = judged_now(made, NOW)
    assert [tuple(one) for one in row.changes] == [
        ("name", "海诺化工有限公司", "海诺化工集团有限公司"),
        ("risk_class", "major risk (red)", "larger risk (orange)"),
    ]
    taken(made, NOW + timedelta(minutes=1))
    found = SupervisedObject.objects.get(credit_code=CODE)
    assert (found.name, found.address, found.lon, found.risk_class) == ("海诺化工集团有限公司", "九水路12号", 120.4, "orange")
    undo_file(actor=keeper, import_id=made.pk, now=NOW)
    found.refresh_from_db()
    assert (found.name, found.risk_class) == ("海诺化工有限公司", "red")


def test_an_undone_file_takes_wholes_and_parts_with_it_unless_something_builds_on_them(keeper: User, english: None) -> None:
    made = preview(keeper, csv(*GOOD))
    taken(made, NOW)
    firm = SupervisedObject.objects.get(credit_code=CODE)
    person = services.add_person(actor=keeper, object_id=firm.pk, new=NewPerson("principal", "Li"))
    with pytest.raises(Conflict, match="海诺化工有限公司 is in use"):
        undo_file(actor=keeper, import_id=made.pk, now=NOW)
    person.delete()
    SupervisedObject.objects.filter(name="电焊机").update(name="焊机")
    with pytest.raises(Conflict, match="焊机 was changed since"):
        undo_file(actor=keeper, import_id=made.pk, now=NOW)
    SupervisedObject.objects.filter(name="焊机").update(name="电焊机")
    undo_file(actor=keeper, import_id=made.pk, now=NOW)
    assert not SupervisedObject.objects.exists()
    assert AuditEntry.objects.filter(action="object.undone").count() == 3


@pytest.mark.parametrize(
    ("row", "field", "told"),
    [
        (f"海诺,{CODE[:-1]}4,,化工,,,,,,", "credit_code", "should be 3"),
        ("海诺,9135O1OOM000100Y43,,化工,,,,,,", "credit_code", CODE),
        ("海诺,91350100M00010,,化工,,,,,,", "credit_code", "14"),
        ("海诺,,,炼金术,,,,,,", "trade", "炼金术"),
        ("海诺,,,化工,紫色,,,,,", "risk_class", "red, orange"),
        ("海诺,,,化工,,,一百二十,36,,", "lon", "no number"),
        (",,,化工,,,,,,", "name", "must not be empty"),
        ("海诺,,,,,,,,,", "trade", "must not be empty"),
        (f"电焊机,,设备,化工,,,,,{credit_code(99)},", "parent_credit_code", "neither"),
        ("海诺,,狗,化工,,,,,,", "kind", "enterprise"),
    ],
)
def test_every_error_is_told_by_row_and_column_with_how_to_mend_it(keeper: User, row: str, field: str, told: str) -> None:
    first, found = judged_now(preview(keeper, csv(GOOD[0], row)), NOW)
    assert (first.verdict.value, found.verdict.value, found.line) == ("new", "wrong", 3)
    assert any(one.column == field and told in one.text for one in found.problems), found.problems


def test_the_same_object_twice_in_a_file_is_told_with_its_line(keeper: User) -> None:
    made = preview(keeper, csv(GOOD[0], GOOD[0]))
    assert verdicts(made) == ["new", "wrong"]


def test_right_rows_alone_leave_parts_of_wrong_wholes(keeper: User) -> None:
    made = preview(keeper, csv(GOOD[0].replace("化工,重大", "炼金术,重大"), *GOOD[1:]))
    assert verdicts(made) == ["wrong", "wrong", "new"]
    with pytest.raises(Conflict):
        taken(made, NOW)
    assert not SupervisedObject.objects.exists()
    taken(made, NOW, leave_wrong=True)
    assert SupervisedObject.objects.get().name == "宏达铸造厂"


def test_rows_outside_the_region_and_files_of_strangers_are_refused(keeper: User) -> None:
    made = preview(keeper, b"name,trade,region_code\nHaino,chemicals,370202")
    assert verdicts(made) == ["wrong"]
    stranger = make_named_person("stranger", "supervisor", region=SHINAN)
    with pytest.raises(NotAllowed):
        preview(stranger, csv(*GOOD))
    with pytest.raises(TableImport.DoesNotExist):
        take_file(actor=stranger, import_id=made.pk, now=NOW)


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_an_excel_file_with_a_title_above_its_headings(keeper: User) -> None:
    content = workbook(
        [["李沧区企业名单"], [], ["单位名称", "信用代码", "行业", "人数", "重大危险源"], ["海诺化工", CODE, "化工", 120.0, "是"]]
    )
    made = preview(keeper, content)
    assert [(row.line, row.verdict.value) for row in judged_now(made, NOW)] == [(4, "new")]
    taken(made, NOW)
    found = SupervisedObject.objects.get()
    assert (found.employees, found.major_hazard) == (120, True)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 no workbook", b"\xd0\xcf\x11\xe0old", workbook([["a", "b"], [1, 2]]), b"\xff\xfe\x00\x01", b""]
)
def test_what_is_no_table_is_refused(keeper: User, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        preview(keeper, content)


def test_a_sheet_of_too_many_rows_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidInput, match="more than 3"):
        read_sheet(workbook([["a"]] * 6), most_rows=3)


def test_previewing_asks_as_many_questions_for_many_rows_as_for_few(keeper: User, django_assert_max_num_queries: Any) -> None:
    rows = [f"企业{number},{credit_code(number)},,化工,,,,,," for number in range(60)]
    with django_assert_max_num_queries(60):
        taken(preview(keeper, csv(*rows)), NOW)
    assert SupervisedObject.objects.count() == 60
    assert set(verdicts(preview(keeper, csv(*rows)))) == {"same"}


def test_a_file_that_breaks_off_is_taken_over_to_its_end_by_a_second_press(
    keeper: User, monkeypatch: pytest.MonkeyPatch, english: None
) -> None:
    """A batch at a time: what is written stays, the register tells what is in, and nothing comes twice."""
    monkeypatch.setattr(bulk, "FIRST_BATCH", 20)
    monkeypatch.setattr(bulk, "AIM_S", 0.0)
    rows = [f"企业{number},{credit_code(number)},,化工,,,,,," for number in range(60)]
    made = preview(keeper, csv(*rows))
    written, whole = [], tables.insert_all

    def breaks_off(rows: Sequence[SupervisedObject]) -> object:
        written.append(len(rows))
        if len(written) == 3:
            raise IntegrityError
        return whole(rows)

    monkeypatch.setattr(tables, "insert_all", breaks_off)
    taken(made, NOW)
    made.refresh_from_db()
    assert (made.state, "changed meanwhile" in made.trouble) == (ImportState.TAKING, True)
    assert (written, SupervisedObject.objects.count()) == ([20, 10, 10], 30)
    some = csv(*(f"企业{number},{credit_code(number)},,化工,,,,,," for number in range(30)))
    assert set(verdicts(preview(keeper, some))) == {"same"}
    monkeypatch.setattr(tables, "insert_all", whole)
    resume_file(actor=keeper, import_id=made.pk, now=NOW)
    assert take_waiting(now=NOW)
    made.refresh_from_db()
    assert (made.counts, SupervisedObject.objects.count()) == ({"new": 60}, 60)
    assert AuditEntry.objects.filter(action="object.registered").count() == 60


def test_columns_that_are_not_known_are_told_and_kept_beside_the_row(keeper: User) -> None:
    made = preview(keeper, "名称,行业,成立日期,主要负责人\n海诺化工,化工,2001,张三".encode())
    assert cells_beside(made) == {2: {"成立日期": "2001", "主要负责人": "张三"}}


def test_every_error_is_told_in_one_round_and_near_words_are_suggested(keeper: User) -> None:
    made = preview(keeper, csv(f"海诺,{CODE[:-1]}4,,机械,,,,,,", "海诺二厂,,,食品轻工,,,,,,"))
    first, second = judged_now(made, NOW)
    assert {one.column for one in first.problems} == {"trade", "credit_code"}
    assert [one.column for one in second.problems] == ["trade"]
    with translation.override("zh-hans"):
        first, second = judged_now(made, NOW)
        assert any("机械制造" in one.text for one in first.problems)
        assert "食品与轻工" in second.problems[0].text
