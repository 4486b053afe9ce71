"""Rosters and certificates of key people as tables: by keepers of the register, and by a firm for itself."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given as over
from hypothesis import settings, strategies
from openpyxl import Workbook

from tests.languages import english as english
from tests.people import LICANG, make_named_person
from tests.records.imports.files import given, judged_now, taken
from tests.supervision.firms import NOW, make_body
from tests.supervision.presence import make_firm, make_key_person
from tocsin.base.errors import Conflict, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.imports.queries import visible_imports
from tocsin.records.imports.rules import ImportVerdict, Row
from tocsin.records.imports.services.taking import undo_file
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.posts.models import DutyShift, DutyVerdict, PersonCertificate
from tocsin.supervision.posts.services.certificates import revoke_certificate
from tocsin.supervision.posts.services.tables.certificates import _day

pytestmark = pytest.mark.django_db

ROSTER = """人员编号,开始时间,结束时间,岗位,请假
P1,2026-11-26 08:00,20:00,中控室,
P2,2026-11-26 08:00,20:00,,
P9,2026-11-26 08:00,20:00,,
P1,2026-11-26 12:00,22:00,,
P2,2026-11-24 08:00,20:00,,
P2,soon,20:00,,
P2,2026-11-27 08:00,20:00,,perhaps
"""
CERTIFICATES = """企业,姓名,证书名称,证书编号,发证日期,有效期至
Hongda Chemicals,P1,安全管理人员合格证,370200001,2025年3月1日,2028/2/29
{code},Person 2,安全管理人员合格证,,,
"""


@pytest.fixture
def firm() -> SupervisedObject:
    found = make_firm()
    make_key_person(found, 1)
    make_key_person(found, 2)
    return found


@pytest.fixture
def officer(firm: SupervisedObject) -> User:
    return make_named_person("officer", "firm_officer", firm.organisation)


def test_a_firm_gives_its_roster_and_every_wrong_row_is_told(firm: SupervisedObject, officer: User) -> None:
    made = given(officer, "firm-rosters", ROSTER.encode("gb18030"), region=LICANG, now=NOW)
    wrong = {row.line: [one.column for one in row.problems] for row in judged_now(made, NOW) if row.problems}
    assert wrong == {4: ["person"], 5: ["start"], 6: ["start"], 7: ["start"], 8: ["leave"]}  # nobody, overlap, begun, unreadable
    with pytest.raises(Conflict):
        taken(made, NOW)
    assert not DutyShift.objects.exists()
    done = taken(made, NOW, leave_wrong=True)
    assert not done.trouble and done.counts == {"new": 2, "wrong": 5}
    shift = DutyShift.objects.get(person__external_id="P1")
    assert (shift.post, shift.role, shift.start_at) == ("中控室", "shift_leader", datetime(2026, 11, 26, tzinfo=UTC))
    assert AuditEntry.objects.get(action="roster.entered").details["new"] == 2
    again = given(officer, "firm-rosters", ROSTER, region=LICANG, now=NOW)
    assert [row.verdict for row in judged_now(again, NOW)][:2] == [ImportVerdict.SAME] * 2


def test_a_changed_shift_holds_again_what_it_held(firm: SupervisedObject, officer: User) -> None:
    head = "firm,person,start,end\n"
    first = taken(given(officer, "firm-rosters", f"{head}{firm.code},P1,2026-11-26 08:00,20:00\n", region=LICANG, now=NOW), NOW)
    later = given(officer, "firm-rosters", f"{head}{firm.code},P1,2026-11-26 08:00,18:00\n", region=LICANG, now=NOW)
    (row,) = judged_now(later, NOW)
    assert [(one.column, one.before[-5:], one.after[-5:]) for one in row.changes] == [("end", "20:00", "18:00")]
    taken(later, NOW)
    assert DutyShift.objects.get().end_at == datetime(2026, 11, 26, 10, tzinfo=UTC)
    undo_file(actor=officer, import_id=later.pk, now=NOW)
    assert DutyShift.objects.get().end_at == datetime(2026, 11, 26, 12, tzinfo=UTC)
    undo_file(actor=officer, import_id=first.pk, now=NOW)
    assert not DutyShift.objects.exists()


def test_what_has_begun_or_was_judged_is_not_undone(firm: SupervisedObject, officer: User) -> None:
    made = taken(given(officer, "firm-rosters", "\n".join(ROSTER.splitlines()[:3]), region=LICANG, now=NOW), NOW)
    with pytest.raises(Conflict, match="has begun"):
        undo_file(actor=officer, import_id=made.pk, now=NOW + timedelta(days=2))
    DutyVerdict.objects.create(shift=DutyShift.objects.all()[0], state="present", since=NOW, judged_at=NOW)
    with pytest.raises(Conflict, match="in use"):
        undo_file(actor=officer, import_id=made.pk, now=NOW)
    assert DutyShift.objects.count() == 2


def test_a_roster_from_excel_below_a_title(firm: SupervisedObject, officer: User) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Roster of November"])
    sheet.append(["person", "start", "end"])
    sheet.append(["P1", datetime(2026, 11, 26, 8), datetime(2026, 11, 26, 20)])  # noqa: DTZ001 - as workbooks have it
    held = BytesIO()
    book.save(held)
    taken(given(officer, "firm-rosters", held.getvalue(), region=LICANG, now=NOW, name="roster.xlsx"), NOW)
    assert DutyShift.objects.get().end_at == datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_history_by_the_registers_keepers_and_nobody_elses_firm(firm: SupervisedObject) -> None:
    table = f"firm,person,start,end\n{firm.code},P1,2026-11-24 08:00,20:00\n"
    keeper = make_named_person("keeper", "supervisor")
    stranger = make_named_person("stranger", "firm_officer", make_body("firm-b"))
    by_keeper = given(keeper, "firm-rosters", table, region=LICANG, now=NOW)
    assert [row.verdict for row in judged_now(by_keeper, NOW)] == [ImportVerdict.NEW]
    by_stranger = given(stranger, "firm-rosters", table, region=LICANG, now=NOW)
    assert [[one.column for one in row.problems] for row in judged_now(by_stranger, NOW)] == [["firm"]]
    assert list(visible_imports(stranger)) == [by_stranger]
    with pytest.raises(NotAllowed):
        given(make_named_person("inspector", "inspector"), "firm-rosters", table, region=LICANG, now=NOW)


def test_certificates_come_are_the_same_and_go(firm: SupervisedObject) -> None:
    PersonCertificate.objects.all().delete()
    keeper = make_named_person("keeper", "supervisor")
    table = CERTIFICATES.format(code=firm.code)
    made = taken(given(keeper, "person-certificates", table, region=LICANG, now=NOW), NOW)
    assert not made.trouble
    paper = PersonCertificate.objects.get(person__external_id="P1")
    assert (paper.number, paper.issued, paper.expires) == ("370200001", date(2025, 3, 1), date(2028, 2, 29))
    again = given(keeper, "person-certificates", table, region=LICANG, now=NOW)
    assert {row.verdict for row in judged_now(again, NOW)} == {ImportVerdict.SAME}
    renewed = given(keeper, "person-certificates", table.replace("2028/2/29", "2031-02-28"), region=LICANG, now=NOW)
    assert [row.verdict for row in judged_now(renewed, NOW)] == [ImportVerdict.NEW, ImportVerdict.SAME]
    revoke_certificate(actor=keeper, certificate_id=paper.pk)
    with pytest.raises(Conflict, match="changed since"):
        undo_file(actor=keeper, import_id=made.pk, now=NOW)
    PersonCertificate.objects.filter(pk=paper.pk).update(status="valid")
    undo_file(actor=keeper, import_id=made.pk, now=NOW)
    assert not PersonCertificate.objects.exists()


WRONG = {
    "nobody": ("{code},P7,x,,,", "person"),
    "no such firm": ("QC-nothing,P1,x,,,", "firm"),
    "no day": ("{code},P1,x,,soon,", "issued"),
    "lapsed before it was issued": ("{code},P1,x,,2026-01-01,2025-01-01", "expires"),
    "no name": ("{code},P1,,1,,", "name"),
    "no firm, by somebody of none": (",P1,x,,,", "firm"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_certificates_say_which_column(firm: SupervisedObject, case: str) -> None:
    row, column = WRONG[case]
    keeper = make_named_person("keeper", "supervisor")
    table = f"{CERTIFICATES.splitlines()[0]}\n{row.format(code=firm.code)}\n"
    rows = judged_now(given(keeper, "person-certificates", table, region=LICANG, now=NOW), NOW)
    assert [one.column for found in rows for one in found.problems] == [column]


@pytest.mark.one_database
@settings(max_examples=60, deadline=None)
@over(strategies.dates(), strategies.sampled_from(("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d 00:00:00")))
def test_a_day_is_read_as_offices_write_it(day: date, form: str) -> None:
    text = form.replace("%Y", f"{day.year:04}").replace("%m", str(day.month)).replace("%d", str(day.day))
    row = Row(1, {"expires": text})
    assert _day(row, "expires") == day and not row.problems


@pytest.mark.one_database
@settings(max_examples=60, deadline=None)
@over(strategies.text(max_size=20))
def test_what_is_no_day_is_told_and_nothing_breaks(text: str) -> None:
    row = Row(1, {"expires": text})
    assert (_day(row, "expires") is None) == bool(row.problems or not text)
