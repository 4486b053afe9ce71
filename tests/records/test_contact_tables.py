"""The telephone book as a table: desks, posts and people of a region, by who plans the duty there or for one's own body alone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.languages import english as english
from tests.people import LICANG, SHINAN, make_named_person, make_person, signed_in
from tests.records.imports.files import given, judged_now, taken
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, NotAllowed
from tocsin.jurisdiction.contacts.models import ContactPoint, Post
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.queries import regions_for, visible_imports
from tocsin.records.imports.rules import ImportVerdict
from tocsin.records.imports.services.taking import undo_file
from tocsin.records.setup.services.contacts import CONTACTS
from tocsin.workshop.commands.load import contacts, organisations

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
BOOK = """单位,岗位,用户名,联系方式,号码,顺序,时段
gas_company,,,手机,0532 0000 0001,,
燃气公司,抢修班,,电话,0532 0000 0002,2,08:00-20:00
gas_company,抢修班,,telephone,0532 0000 0003,,20:00-08:00
gas_company,,li,语音,139 0000 0004,,
"""


@pytest.fixture
def planner() -> User:
    bodies = usual_bodies(LICANG)
    make_named_person("li", "utility_crew", bodies["gas_company"])
    return make_person("system_administrator")


def points() -> list[tuple[str, str, str, int, str]]:
    rows = ContactPoint.objects.select_related("post", "user").order_by("address")
    return [
        (one.post.name_zh if one.post else one.user.username if one.user else "", one.kind, one.address[-1], one.order, one.hours)
        for one in rows
    ]


def test_a_book_comes_is_the_same_changes_and_goes_again(planner: User) -> None:
    made = taken(given(planner, "contacts", BOOK, region=LICANG, now=NOW), NOW)
    assert not made.trouble, made.trouble
    before = [
        ("", "sms", "1", 1, ""),
        ("抢修班", "telephone", "2", 2, "08:00-20:00"),
        ("抢修班", "telephone", "3", 1, "20:00-08:00"),
        ("li", "voice", "4", 1, ""),
    ]
    assert points() == before
    again = given(planner, "contacts", BOOK, region=LICANG, now=NOW)
    assert {row.verdict for row in judged_now(again, NOW)} == {ImportVerdict.SAME}
    moved = given(planner, "contacts", BOOK.replace("0003,,", "0003,7,"), region=LICANG, now=NOW)
    change = [row for row in judged_now(moved, NOW) if row.verdict is ImportVerdict.CHANGED]
    assert [(one.column, one.before, one.after) for row in change for one in row.changes] == [("order", "1", "7")]
    taken(moved, NOW)
    with pytest.raises(Conflict):  # the later file wrote the same
        undo_file(actor=planner, import_id=made.pk, now=NOW)
    undo_file(actor=planner, import_id=moved.pk, now=NOW)
    assert points() == before
    undo_file(actor=planner, import_id=made.pk, now=NOW)
    assert not ContactPoint.objects.exists() and not Post.objects.exists()
    assert set(AuditEntry.objects.filter(action__startswith="contact.").values_list("action", flat=True)) == {
        "contact.added",
        "contact.reordered",
        "contact.removed",
    }


def test_a_post_that_something_else_uses_stays_and_what_was_changed_since_is_not_undone(planner: User) -> None:
    made = taken(given(planner, "contacts", BOOK, region=LICANG, now=NOW), NOW)
    point = ContactPoint.objects.get(address__endswith="0002")
    point.order = 9
    point.save()
    with pytest.raises(Conflict, match="changed since"):
        undo_file(actor=planner, import_id=made.pk, now=NOW)
    point.order = 2
    point.save()
    ContactPoint.objects.create(post=point.post, kind="telephone", address="0532 5")
    undo_file(actor=planner, import_id=made.pk, now=NOW)
    assert [one.address for one in ContactPoint.objects.all()] == ["0532 5"] and Post.objects.count() == 1


WRONG = {
    "no such body": ("nobody,,,sms,0532 1,,", "organisation"),
    "no such kind": ("gas_company,,,pigeon,x,,", "kind"),
    "no number": ("gas_company,,,sms,hello,,", "address"),
    "a number of elsewhere": ("gas_company,,,sms,+44 161 496 0000,,", "address"),
    "a key": ("gas_company,,,webhook,https://robot.example.org/send?key=1,,", "address"),
    "hours that can't be read": ("gas_company,,,sms,0532 0000 1111,,always", "hours"),
    "no place in an order": ("gas_company,,,sms,0532 0000 1111,first,", "order"),
    "somebody of another body": ("water_company,,li,sms,0532 0000 1111,,", "username"),
    "oneself": ("monitoring_centre,,me,sms,0532 0000 1111,,", "username"),
    "nothing where something is needed": ("gas_company,,,sms,,,", "address"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_rows_say_which_column(planner: User, case: str) -> None:
    row, column = WRONG[case]
    me = make_named_person("me", "shift_leader", usual_bodies(LICANG)["monitoring_centre"])
    made = given(me, "contacts", BOOK.splitlines()[0] + "\n" + row + "\n", region=LICANG, now=NOW)
    assert [one.column for found in judged_now(made, NOW) for one in found.problems] == [column]


def test_the_same_row_twice_and_one_of_a_kind_too_many(planner: User) -> None:
    head = BOOK.splitlines()[0]
    many = "".join(f"gas_company,,li,sms,139 0000 10{number:02},,\n" for number in range(30))
    rows = judged_now(given(planner, "contacts", f"{head}\n{many}", region=LICANG, now=NOW), NOW)
    verdicts = [row.verdict for row in rows]
    right = verdicts.count(ImportVerdict.NEW)
    assert 0 < right < 30 and verdicts == [ImportVerdict.NEW] * right + [ImportVerdict.WRONG] * (30 - right)
    twice = f"{head}\n" + "gas_company,,,sms,0532 0000 0001,,\n" * 2
    assert [row.verdict for row in judged_now(given(planner, "contacts", twice, region=LICANG, now=NOW), NOW)] == [
        ImportVerdict.NEW,
        ImportVerdict.WRONG,
    ]


def test_a_units_desk_enters_its_own_numbers_and_sees_its_own_files_alone(planner: User) -> None:
    whole = given(planner, "contacts", BOOK, region=LICANG, now=NOW)
    desk = make_person("unit_desk", organisation="gas_company")
    other = make_person("unit_desk", organisation="water_company")
    assert [one.pk for one in regions_for(desk, CONTACTS)] == [LICANG]
    own = given(desk, "contacts", BOOK, region=LICANG, now=NOW)
    assert {row.verdict for row in judged_now(own, NOW)} == {ImportVerdict.NEW}
    assert list(visible_imports(desk)) == [own] and not visible_imports(other).exists()
    foreign = given(other, "contacts", BOOK, region=LICANG, now=NOW)
    assert {row.verdict for row in judged_now(foreign, NOW)} == {ImportVerdict.WRONG}
    with pytest.raises(NotAllowed):
        given(desk, "contacts", BOOK, region=SHINAN, now=NOW)
    with pytest.raises(NotAllowed):
        given(desk, "organisations", "code\nx\n", region=LICANG, now=NOW)
    made = taken(own, NOW)
    undo_file(actor=desk, import_id=made.pk, now=NOW)
    assert not ContactPoint.objects.exists()
    page = signed_in(desk).get("/imports/to/contacts/").content.decode()
    assert f'value="{LICANG}"' in page and str(whole.pk) not in page
    assert "/imports/to/contacts/" in signed_in(desk).get("/phone-book/").content.decode()
    assert signed_in(desk).get(f"/imports/{whole.pk}/").status_code == 404


def test_the_command_line_takes_the_same_tables_in(planner: User, tmp_path: Path) -> None:
    book, bodies = tmp_path / "book.csv", tmp_path / "bodies.csv"
    head = "code,name_zh,name_en,kind,superior,desk,lifelines"
    bodies.write_text(f"{head}\nheat_west,西区供热,Heat west,owner,water_bureau,yes,heating\n")
    book.write_bytes(BOOK.encode("gb18030"))
    done = CliRunner().invoke(organisations, [str(bodies), "--region", LICANG])
    assert done.exit_code == 0, done.output + str(done.exception)
    done = CliRunner().invoke(contacts, [str(book), "--region", LICANG])
    assert "4 rows: 4 new" in done.output and ContactPoint.objects.count() == 4
    book.write_text(BOOK + "gas_company,,,pigeon,x,,\nnobody,,,sms,0532 1,,\n")
    done = CliRunner().invoke(contacts, [str(book), "--region", LICANG])
    assert "2 rows are wrong; nothing was loaded" in str(done.exception) and ContactPoint.objects.count() == 4
    assert [one.state for one in TableImport.objects.filter(kind="contacts")] == ["dropped", "taken"]


def test_bodies_that_could_not_be_written_are_wrong_before(planner: User) -> None:
    head = "code,name_zh,name_en,kind,telephone,lifelines\n"
    rows = "Bad Code,坏,Bad,owner,,\nfine,好,Fine,owner,ring me,\nfine2,好,Fine,owner,,Gas Company!\n"
    made = given(planner, "organisations", head + rows, region=LICANG, now=NOW)
    assert [[one.column for one in row.problems] for row in judged_now(made, NOW)] == [["code"], ["telephone"], ["lifelines"]]
