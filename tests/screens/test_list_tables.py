"""Tables of lists: columns that a reader leaves out, rows sorted by a heading, the same in a saved view."""

import re
from importlib import import_module

import pytest
from django.http import QueryDict
from django.utils import timezone

from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, make_person, signed_in
from tocsin.jurisdiction.list_views.models import SavedListView
from tocsin.screens.lists.tables import Column, ListTable
from tocsin.sensing.devices.models import Device

pytestmark = pytest.mark.django_db

LISTS = {
    "/alarms/": ("warning.alarms.views:TABLE", "duty_officer"),
    "/cases/": ("command.case_page.views.cases:TABLE", "duty_officer"),
    "/tasks/": ("supervision.tasks.views:TABLE", "supervisor"),
    "/objects/": ("supervision.objects.views.register:TABLE", "supervisor"),
    "/inspections/findings/": ("supervision.inspections.views.findings:TABLE", "supervisor"),
    "/work/meters/": ("supervision.meters.views:TABLE", "supervisor"),
    "/sensing/devices/": ("sensing.devices.views:DEVICE_TABLE", "duty_officer"),
    "/lifelines/assets/": ("lifelines.views.assets:TABLE", "duty_officer"),
    "/permits/": ("hazchem.permits.views.permits:TABLE", "supervisor"),
    "/supplies/": ("supplies.stock.views.stock:TABLE", "supplies_head"),
}
OWN_ORDER = {"/objects/"}
"""Lists that keep an order of their own choice beside the filters."""


def table_of(path: str) -> tuple[Column, ...]:
    module, _, name = LISTS[path][0].partition(":")
    columns: tuple[Column, ...] = getattr(import_module(f"tocsin.{module}"), name)
    return columns


def headings(page: bytes) -> list[str]:
    """Those of the last table of a page."""
    head = re.findall(r"<thead>(.*?)</thead>", page.decode(), re.DOTALL)[-1]
    return [" ".join(words_of(one)) for one in re.findall(r"<th\b.*?</th>", head, re.DOTALL) if "checkbox" not in one]


@pytest.mark.parametrize("path", LISTS)
def test_a_reader_chooses_columns_and_order(path: str) -> None:
    client, columns = signed_in(make_person(LISTS[path][1])), table_of(path)
    every = [" ".join(words_of(str(one.words))) for one in columns]
    assert headings(client.get(path).content) == every
    fixed = [one for one in columns if one.fixed]
    assert len(fixed) == 1, "one column says which row is which"
    kept = next(one for one in columns if not one.fixed)
    few = headings(client.get(path, {"columns": kept.name}).content)
    assert sorted(few) == sorted(" ".join(words_of(str(one.words))) for one in (*fixed, kept))
    sortable = [one for one in columns if one.order]
    assert bool(sortable) == (path not in OWN_ORDER)
    for column in sortable:
        for asked, standing in ((column.name, "ascending"), (f"-{column.name}", "descending")):
            page = client.get(path, {"sort": asked})
            assert page.status_code == 200 and page.content.decode().count(f'aria-sort="{standing}"') == 1
            assert client.get(path, {"sort": asked, "format": "csv"}).status_code == 200, "the order is one that rows have"
    page = client.get(path, {"sort": "-password", "columns": "nothing"})
    assert headings(page.content) == every and b"aria-sort" not in page.content


def test_rows_are_sorted_both_ways_and_those_without_a_value_come_last() -> None:
    now = timezone.now()
    for number, seen in enumerate((None, now, now - timezone.timedelta(hours=1))):
        made = {"region_code": LICANG, "secret_sha256": f"{number}" * 64, "created_at": now}
        Device.objects.create(code=f"d{number}", last_seen_at=seen, messages=7, **made)
    client = signed_in(make_person("duty_officer"))
    for asked, order in (("last_seen", "d2d1d0"), ("-last_seen", "d1d2d0"), ("-code", "d2d1d0"), ("", "d0d1d2")):
        page = client.get("/sensing/devices/", {"sort": asked}).content.decode()
        assert "".join(re.findall(r">(d\d)</a>", page)) == order
    rows = client.get("/sensing/devices/", {"sort": "-code", "format": "csv"}).content.decode().splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["d2", "d1", "d0"], "the file has the order of the page"


def test_a_saved_view_keeps_columns_and_order() -> None:
    client = signed_in(make_person("duty_officer"))
    query = "sort=-last_seen&columns=name&columns=messages&search=&page=2"
    client.post("/account/list-views/", {"name": "Quiet", "path": "/sensing/devices/", "query": query})
    assert SavedListView.objects.get().query == "sort=-last_seen&columns=name&columns=messages"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("sort", "following"),
    [("", "-at"), ("-at", "at"), ("at", ""), ("name", "-at"), ("nothing", "-at")],
)
def test_presses_on_a_heading(sort: str, following: str) -> None:
    columns = (Column("name", "Name", order="name", fixed=True), Column("at", "Time", order="at", falling=True), Column("x", "X"))
    table = ListTable.read(columns, QueryDict(f"sort={sort}"))
    assert [one.following for one in table.headings][1:] == [following, None]
    assert table.choices == [("at", "Time", True), ("x", "X", True)]
