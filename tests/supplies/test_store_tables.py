"""Stores from a table: every error at once, differences, undone unless something lies there."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.languages import english as english
from tests.people import make_person, signed_in
from tests.records.imports.files import given, judged_now, taken
from tests.supplies.stores import head
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.rules import ImportVerdict
from tocsin.records.imports.services.taking import undo_file
from tocsin.supplies.stock.models import Store

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
CITY = "370200"
HEAD = "仓库名称,管理单位,级别,经度,纬度,地址,联系人,库容\n"
GOOD = "北库,emergency_bureau,city,120.43,36.16,九水路12号,王,1200\n南库,emergency_bureau,county,,,,,\n"


@pytest.fixture
def lead(db: None) -> User:
    by = head()
    usual_bodies(CITY)
    return by


def give(by: User, text: str, name: str = "stores.csv") -> TableImport:
    return given(by, "stores", HEAD + text, region=CITY, now=NOW, name=name)


def test_stores_come_change_and_go(lead: User, english: None) -> None:
    first = give(lead, GOOD)
    taken(first, NOW)
    north = Store.objects.get(name="北库")
    assert (north.level, north.lon, north.capacity_m3, north.region_code) == ("city", 120.43, 1200, CITY)
    assert [row.verdict for row in judged_now(give(lead, GOOD), NOW)] == [ImportVerdict.SAME] * 2
    second = give(lead, "北库,emergency_bureau,county,,,崂山路1号,,\n", name="later.csv")
    [row] = judged_now(second, NOW)
    assert [tuple(one) for one in row.changes] == [("level", "city", "county"), ("address", "九水路12号", "崂山路1号")]
    taken(second, NOW + timedelta(minutes=1))
    undo_file(actor=lead, import_id=second.pk, now=NOW)
    north.refresh_from_db()
    assert (north.level, north.address, north.lon) == ("city", "九水路12号", 120.43)
    Store.objects.filter(name="南库").update(active=False)
    with pytest.raises(Conflict, match="南库 was changed since"):
        undo_file(actor=lead, import_id=first.pk, now=NOW)
    Store.objects.update(active=True)
    undo_file(actor=lead, import_id=first.pk, now=NOW)
    assert not Store.objects.exists()
    assert AuditEntry.objects.filter(action__startswith="store.").count() == 6


ROWS = {
    "no body": ("库,,city,,,,,", {"body"}),
    "unknown body": ("库,没有,city,,,,,", {"body"}),
    "no level": ("库,emergency_bureau,,,,,,", {"level"}),
    "all of it": (f"{'长' * 121},没有,银河,东,36,,,-1", {"name", "body", "level", "lon", "capacity_m3"}),
    "off the earth": ("库,emergency_bureau,city,220,36,,,", {"lon"}),
    "half a place": ("库,emergency_bureau,city,120,,,,", {"lat"}),
}


def test_every_error_is_told_by_its_column(lead: User, english: None) -> None:
    for name, (text, columns) in ROWS.items():
        (row,) = judged_now(give(lead, text + "\n"), NOW)
        assert (row.verdict, {one.column for one in row.problems}) == (ImportVerdict.WRONG, columns), (name, row.problems)
    first, again = judged_now(give(lead, "库,emergency_bureau,city,,,,,\n库,emergency_bureau,city,,,,,\n"), NOW)
    assert (first.verdict, [one.column for one in again.problems]) == (ImportVerdict.NEW, ["name"])


def test_only_who_leads_supplies_takes_stores_over(lead: User) -> None:
    assert "/imports/to/stores/" in signed_in(lead).get("/supplies/stores/").content.decode()
    assert signed_in(make_person("viewer", CITY)).get("/imports/to/stores/").status_code == 403
