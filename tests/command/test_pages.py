"""The list of cases, the page of one, and what may be done there; the same over the API."""

import importlib
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.utils import translation

import tocsin
from tests.command.street import Timeline, case_of
from tests.command.test_gathering import GAS
from tests.command.test_moves import ELSE
from tests.people import SHINAN, make_person
from tocsin.bus.models import OutboxEvent
from tocsin.command.case_page.consumers import CASE_KEYS, LIVE
from tocsin.command.casebook.models import Case, CaseChange
from tocsin.command.gathering.models import Proposal
from tocsin.jurisdiction.people.models import User
from tocsin.warning.alarms.services.acts import acknowledge_alarm

pytestmark = pytest.mark.django_db


SOURCES = Path(tocsin.__file__).parents[1]


@pytest.fixture(params=["en", "zh-hans"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def case(street: None, time: Timeline) -> Case:
    """Three alarms of one leak."""
    alarm, *_others = [time.at(k).rings(k, GAS) for k in range(3)]
    time.looks()
    return case_of(alarm)


def browser(user: User, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return client


def test_pages_in_both_languages_show_number_reason_and_time_line(case: Case, officer: User, language: str) -> None:
    client = browser(officer, language)
    listed = client.get("/cases/").content.decode()
    assert case.number in listed
    page = client.get(f"/cases/{case.number}/").content.decode()
    words = {
        "en": ("Same segment", "Case opened by", "Split the chosen ones off"),
        "zh-hans": ("同一管段", "事件立项", "拆分所选报警"),
    }
    assert all(one in page for one in words[language])
    assert "%(" not in page
    rows = client.get("/alarms/").content.decode()
    assert f'href="/cases/{case.number}/"' in rows
    assert client.get("/cases/", headers={"HX-Request": "true"}).content.decode().lstrip().startswith("<div")


def test_the_parts_alone_renew_an_open_page(case: Case, officer: User) -> None:
    client = browser(officer)
    page = client.get(f"/cases/{case.number}/").content.decode()
    parts = client.get(f"/cases/{case.number}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in parts and f'data-case="{case.pk}"' not in parts
    names = set(re.findall(r'data-part="([^"]+)"', parts))
    assert names == set(re.findall(r'data-part="([^"]+)"', page))
    assert {"head", "never", "chain", "next", "orders-short", "told-short", "latest", "time-line"} <= names
    assert "Confirm that you have it in hand" in parts
    client.post(f"/cases/{case.pk}/take/")
    assert "Confirm that you have it in hand" not in client.get(f"/cases/{case.number}/").content.decode()
    told = [row.data for row in OutboxEvent.objects.filter(name="command.CaseNoted", data__act="taken")]
    assert told == [{"case_id": str(case.pk), "act": "taken"}]


def test_every_event_that_names_a_case_reaches_open_pages() -> None:
    modules = [
        importlib.import_module(".".join(path.relative_to(SOURCES).with_suffix("").parts))
        for capability in ("command", "mobilisation", "notices")
        for path in sorted((SOURCES / "tocsin" / capability).glob("*/events.py"))
    ]
    of_cases = [
        event
        for module in modules
        for _name, event in inspect.getmembers(module, inspect.isclass)
        if issubclass(event, msgspec.Struct) and set(CASE_KEYS) & set(event.__struct_fields__)
    ]
    assert set(of_cases) == {kind for told in LIVE for kind in told.kinds}


def test_split_take_back_merge_and_comment_by_the_page(case: Case, officer: User) -> None:
    client = browser(officer)
    split_off = str(case.memberships.last().alarm_id)
    answer = client.post(f"/cases/{case.pk}/split/", {"alarm": split_off}, follow=True)
    other = Case.objects.exclude(pk=case.pk).get()
    assert answer.redirect_chain == [(f"/cases/{other.number}/", 302)]
    change = CaseChange.objects.get(act="split")
    client.post(f"/cases/{case.pk}/undo/", {"change": str(change.pk)})
    assert case.memberships.count() == 3
    answer = client.get(f"/cases/{other.number}/")
    assert answer.headers["Location"] == f"/cases/{case.number}/"
    client.post(f"/cases/{case.pk}/split/", {"alarm": split_off})
    newest = Case.objects.get(memberships__alarm_id=split_off)
    client.post(f"/cases/{newest.pk}/merge/", {"into": str(case.pk), "text": "one trench"})
    client.post(f"/cases/{case.pk}/comment/", {"text": "crew called"})
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "one trench" in page
    assert "crew called" in page
    assert newest.number in page


def test_a_refusal_is_told_on_the_page(case: Case, officer: User) -> None:
    answer = browser(officer).post(f"/cases/{case.pk}/split/", {}, follow=True)
    assert "Name alarms of this case." in answer.content.decode()
    answer = browser(officer).post(f"/cases/{case.pk}/merge/", {"into": "nonsense"}, follow=True)
    assert "“nonsense” is none of" in answer.content.decode()
    assert browser(officer).post(f"/cases/{case.pk}/forget/").status_code == 404


def test_a_proposal_is_answered_on_the_page(street: None, time: Timeline, officer: User) -> None:
    first, second = time.at(0).rings(1, ELSE), time.at(1).rings(6, GAS)
    time.looks()
    acknowledge_alarm(actor=officer, alarm_id=second.pk)
    time.at(5).diagnosed(first, GAS)
    time.looks()
    client, case = browser(officer), case_of(second)
    assert "may belong to" in client.get(f"/cases/{case.number}/").content.decode()
    client.post(f"/cases/{case.pk}/answer/", {"proposal": str(Proposal.objects.get().pk), "answer": "yes"})
    assert case_of(first) == case_of(second)


def test_a_viewer_looks_and_a_stranger_finds_nothing(case: Case) -> None:
    viewer = browser(make_person("viewer"))
    page = viewer.get(f"/cases/{case.number}/").content.decode()
    assert "split-form" not in page or "Split the chosen" not in page
    assert "Take back" not in page
    stranger = browser(make_person("duty_officer", SHINAN))
    assert case.number not in stranger.get("/cases/").content.decode()
    assert stranger.get(f"/cases/{case.number}/").status_code == 404
    assert stranger.post(f"/cases/{case.pk}/comment/", {"text": "x"}).status_code == 404


def test_lists_ask_the_database_a_fixed_number_of_times(
    street: None, time: Timeline, officer: User, django_assert_max_num_queries: Any
) -> None:
    for well in range(8):
        time.at(well).rings(well, [("power_cable_fault_heating", 0.9, "")], level=2 + well % 3)
    time.looks()
    client = browser(officer)
    assert Case.objects.count() == 8
    with django_assert_max_num_queries(9):
        client.get("/cases/")


# --- the API ---


def ask(client: Client, path: str, body: Any = None) -> Any:
    url = f"/api/v1/command/{path}"
    if body is None:
        return client.get(url)
    return client.post(url, json.dumps(body), content_type="application/json")


def test_the_api_tells_and_does_the_same(case: Case, officer: User) -> None:
    client = browser(officer)
    listed = ask(client, "cases?state=open&level=2").json()
    assert (listed["total"], listed["counts"]["waiting"], sum(listed["counts"].values())) == (1, 1, 1)
    found = ask(client, f"cases/{case.pk}").json()
    assert [one["reason"] for one in found["alarms"]] == ["opened", "same_segment", "same_segment"]
    assert found["alarms"][0]["is_lead"]
    split = ask(client, f"cases/{case.pk}/split", {"alarm_ids": [found["alarms"][2]["alarm_id"]]}).json()
    assert split["number"] != case.number
    lines = ask(client, f"cases/{case.pk}/timeline").json()
    change = next(line for line in lines if line["can_undo"])
    assert change["act"] == "split"
    assert ask(client, f"changes/{change['id']}/undo", {}).json()["number"] == case.number
    assert ask(client, f"changes/{change['id']}/undo", {}).status_code == 409
    merged = ask(client, f"cases/{split['id']}").json()
    assert (merged["state"], merged["merged_into"]) == ("merged", case.number)
    assert ask(client, f"cases/{case.pk}").json()["aliases"] == [split["number"]]
    assert ask(client, "cases?state=nonsense").status_code == 400
    assert ask(client, f"cases/{case.pk}/merge", {"into_id": str(case.pk)}).status_code == 400


def test_the_list_is_a_table_for_spreadsheets(case: Case, officer: User) -> None:
    answer = browser(officer).get("/cases/?format=csv&state=open")
    assert answer["Content-Type"].startswith("text/csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("number,title,place,")
    assert [line.split(",")[0] for line in lines[1:]] == [case.number]
