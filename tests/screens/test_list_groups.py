"""Rows of lists by groups: counted right across pages, folded, kept in a view, and for programs."""

import re
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, YANTAI, make_person, signed_in
from tests.screens.test_list_tables import LISTS
from tocsin.jurisdiction.list_views.models import SavedListView
from tocsin.screens.lists.groups import AskedGroups, Group, GroupedRows, Grouping, Groups
from tocsin.sensing.devices.models import Device
from tocsin.warning.alarms.models import Alarm

if TYPE_CHECKING:
    from django.db.models import QuerySet

pytestmark = pytest.mark.django_db
API = "/api/v1/jurisdiction/me/list-groups"


def make_alarms(*kinds: tuple[str, int, int]) -> None:
    """Of each rule, level and number; the first of all rang longest ago."""
    now = timezone.now()
    rows = [(rule, level) for rule, level, number in kinds for _each in range(number)]
    for age, (rule, level) in enumerate(rows):
        device = Device.objects.create(
            code=f"d{age}", region_code=LICANG, secret_sha256=f"{age:064d}", created_at=now, name=f"device {age}"
        )
        at = now - timedelta(hours=len(rows) - age)
        kept = {"level": level, "peak_level": level, "raised_at": at, "updated_at": at, "region_code": LICANG}
        Alarm.objects.create(device=device, rule=rule, state="active_unacknowledged", lon=120.4, lat=36.1, **kept)


def groups_of(page: bytes) -> list[str]:
    return re.findall(r'<tr class="group".*?</tr>', page.decode(), re.DOTALL)


def heads(page: bytes) -> list[str]:
    """The heads of a page's groups, in words."""
    return [" ".join(words_of(one)) for one in groups_of(page)]


def ages(page: bytes) -> list[str]:
    return re.findall(r"/alarms/([0-9a-f-]{36})/", page.decode().split("<tbody>")[-1])


def emptiness(page: bytes) -> list[str]:
    """What a list without rows says in their place."""
    return [" ".join(words_of(one)) for one in re.findall(r'<td colspan="\d+" class="empty".*?</td>', page.decode(), re.DOTALL)]


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_grouped_by_each_of_its_columns(path: str) -> None:
    client = signed_in(make_person(LISTS[path][1]))
    names = re.findall(r'<select name="group_by">(.*?)</select>', client.get(path).content.decode(), re.DOTALL)[0]
    groupings = [one for one in re.findall(r'value="(\w*)"', names) if one]
    assert len(groupings) >= 2
    for name in groupings:
        page = client.get(path, {"group_by": name})
        assert page.status_code == 200 and "group-bar" in page.content.decode()
        assert emptiness(page.content) == emptiness(client.get(path).content)
    assert "group-bar" not in client.get(path, {"group_by": "password"}).content.decode()
    told = client.get(API, {"list_path": path, "group_by": groupings[0]}).json()
    assert [one["name"] for one in told["groupings"]] == groupings
    assert told["total"] == sum(one["count"] for one in told["groups"])


def test_groups_are_counted_right_across_pages_the_worst_first() -> None:
    make_alarms(("silence", 2, 60), ("limit", 3, 2), ("rate", 1, 3))
    client = signed_in(make_person("duty_officer"))
    first = client.get("/alarms/", {"group_by": "rule"}).content
    told = [re.sub(r"oldest .*? ago", "", one) for one in heads(first)]
    assert [one.split()[1] for one in told] == ["2", "60"], "two pages, the heads count all rows"
    assert "orange" in heads(first)[0] and "2 days" in heads(first)[1]
    second = client.get("/alarms/", {"group_by": "rule", "page": 2}).content
    assert [one.split()[1] for one in (re.sub(r"oldest .*? ago", "", each) for each in heads(second))] == ["60", "3"]
    assert len(set(ages(first))) == 50 and len(set(ages(first) + ages(second))) == 65


@pytest.mark.parametrize("name", ["cause", "street", "body", "level", "region", "state", "quantity"])
def test_alarms_are_grouped_with_and_without_a_value(name: str) -> None:
    make_alarms(("silence", 2, 3))
    told = {"cause": "gas_leak", "probability": 0.6, "asset_code": "", "owner": ""}
    Alarm.objects.filter(pk=Alarm.objects.latest("id").pk).update(cause=told)
    page = signed_in(make_person("duty_officer")).get("/alarms/", {"group_by": name}).content
    counts = sorted(int(re.findall(r'<span class="badge">(\d+)</span>', one)[0]) for one in groups_of(page))
    assert counts == ([1, 2] if name == "cause" else [3]) and len(set(ages(page))) == 3


def test_a_folded_group_is_one_line_and_the_rest_moves_up() -> None:
    make_alarms(("silence", 2, 60), ("limit", 3, 2))
    client = signed_in(make_person("duty_officer"))
    query = {"group_by": "rule", "turned": "silence"}
    page = client.get("/alarms/", query).content
    assert len(heads(page)) == 2 and len(set(ages(page))) == 2 and 'aria-expanded="false"' in page.decode()
    assert "Page" not in " ".join(words_of(page)).split("Alarms")[-1]
    every = client.get("/alarms/", {"group_by": "rule", "fold": "all"}).content
    assert len(heads(every)) == 2 and not ages(every)
    one = client.get("/alarms/", {"group_by": "rule", "fold": "all", "turned": "limit"}).content
    assert len(set(ages(one))) == 2


def test_a_saved_view_keeps_the_grouping_and_what_is_folded() -> None:
    client = signed_in(make_person("duty_officer"))
    query = "state=open&group_by=rule&fold=all&turned=limit&page=2"
    client.post("/account/list-views/", {"name": "By rule", "path": "/alarms/", "query": query})
    assert SavedListView.objects.get().query == "state=open&group_by=rule&fold=all&turned=limit"


def test_programs_count_what_they_may_see() -> None:
    make_alarms(("silence", 2, 3), ("limit", 3, 2))
    told = (
        signed_in(make_person("duty_officer")).get(API, {"list_path": "/alarms/", "query": "level=2", "group_by": "rule"}).json()
    )
    assert told["total"] == 5 and [(one["key"], one["count"], one["worst"]) for one in told["groups"]] == [
        ("limit", 2, 3),
        ("silence", 3, 2),
    ]
    other = signed_in(make_person("duty_officer", YANTAI)).get(API, {"list_path": "/alarms/", "group_by": "rule"}).json()
    assert other["total"] == 0 and other["groups"] == []


LISTS_OF_PROGRAMS = {
    "/alarms/": "warning/alarms",
    "/cases/": "command/cases",
    "/tasks/": "supervision/tasks",
    "/objects/": "supervision/objects",
    "/inspections/findings/": "supervision/findings",
    "/work/meters/": "supervision/meters",
    "/sensing/devices/": "sensing/devices",
    "/lifelines/assets/": "lifelines/assets",
    "/permits/": "hazchem/work-permits",
    "/supplies/": "supplies/stock",
}


@pytest.mark.parametrize("path", LISTS)
def test_the_api_of_every_list_counts_the_groups_of_its_page(path: str) -> None:
    make_alarms(("silence", 2, 3), ("limit", 3, 2))
    client, address = signed_in(make_person(LISTS[path][1])), f"/api/v1/{LISTS_OF_PROGRAMS[path]}"
    for one in client.get(API, {"list_path": path}).json()["groupings"]:
        page = client.get(API, {"list_path": path, "group_by": one["name"]}).json()
        answer = client.get(address, {"group_by": one["name"], "limit": 1})
        told = answer.json()
        assert answer.status_code == 200, told
        assert (told["total"], told["groups"]) == (page["total"], page["groups"]), one["name"]
    plain = client.get(address).json()
    assert plain["groups"] == [] and plain["total"] == told["total"]
    refused = client.get(address, {"group_by": "password"})
    assert (refused.status_code == 400 and "region" in refused.content.decode()) or path == "/work/meters/"


def test_rows_for_programs_come_group_by_group_across_slices() -> None:
    make_alarms(("silence", 2, 3), ("limit", 3, 2), ("rate", 1, 1))
    client = signed_in(make_person("duty_officer"))
    slices = [client.get("/api/v1/warning/alarms", {"group_by": "rule", "limit": 2, "offset": at}).json() for at in (0, 2, 4)]
    rows = [row for told in slices for row in told["items"]]
    assert [row["rule"] for row in rows] == ["limit"] * 2 + ["silence"] * 3 + ["rate"] and len({row["id"] for row in rows}) == 6
    assert all([group["count"] for group in told["groups"]] == [2, 3, 1] for told in slices)
    other = signed_in(make_person("duty_officer", YANTAI)).get("/api/v1/warning/alarms", {"group_by": "rule"}).json()
    assert (other["total"], other["groups"], other["items"]) == (0, [], [])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"list_path": "/alarms/", "group_by": "password"}, 400),
        ({"list_path": "/people/", "group_by": "region"}, 403),
        ({"list_path": "/nowhere/"}, 400),
        ({"list_path": "//evil.example/"}, 400),
        ({}, 400),
    ],
)
def test_what_is_no_list_is_refused(client: Client, query: dict[str, str], status: int) -> None:
    told = signed_in(make_person("duty_officer")).get(API, query)
    assert told.status_code in (status, 422), told.content


@pytest.mark.one_database
@given(
    counts=st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=6),
    size=st.integers(1, 7),
)
def test_pages_of_groups_are_those_of_a_slow_twin(counts: list[tuple[int, bool]], size: int) -> None:
    """Every page holds the entries that lie there when all heads and rows are written one below another."""
    groups = [Group(str(place), str(place), count, folded=folded) for place, (count, folded) in enumerate(counts)]
    entries: list[tuple[str, bool]] = []
    for group in groups:
        entries += [(group.key, False)] if group.folded else [(group.key, True)] * group.count

    class Counted(GroupedRows):
        def _ordered(self) -> "QuerySet[Any]":
            wanted = [group for group, number in self.sections if number]
            return [group.key for group in wanted for _each in range(group.count)]  # type: ignore[return-value]

    none: Any = None
    rows = Counted(none, Grouping("x", "X", "x"), groups, None)
    assert len(rows) == len(entries)
    for start in range(0, len(entries), size):
        there = entries[start : start + size]
        assert rows[start : start + size] == [key for key, shown in there if shown]
        cut = Counter({group.key: number for group, number in rows.sections if number})
        assert cut == Counter(key for key, shown in there if shown)
        assert [group.key for group, _number in rows.sections] == list(dict.fromkeys(key for key, _shown in there))


@pytest.mark.one_database
def test_a_press_turns_one_group_and_keeps_the_rest_of_the_address() -> None:
    asked = AskedGroups.read(Groups((Grouping("x", "X", "x"),)), QueryDict("group_by=x&turned=a&search=q&page=3"))
    assert asked.fold_url == "?group_by=x&search=q&fold=all" and asked.unfold_url == "?group_by=x&search=q"
    assert asked._url("", ["a", "b"], page=True) == "?group_by=x&search=q&page=3&turned=a&turned=b"
