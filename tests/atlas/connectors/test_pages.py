"""The connector on screen and for programs: tried before it is saved, configured, asked; only for who keeps the resource."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.atlas.connectors.server import Department
from tests.atlas.resources.files import NOW, csv, registered, steward
from tests.people import make_person, signed_in
from tocsin.atlas.connectors.models import ResourceConnector
from tocsin.atlas.connectors.policy import CONNECTORS
from tocsin.atlas.connectors.rules.sources import read_source, target_of
from tocsin.atlas.connectors.services.fetching import fetch_due
from tocsin.atlas.resources.models import Resource
from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return steward()


@pytest.fixture
def one(by: User) -> Resource:
    return registered(by)


@pytest.fixture
def desk(by: User) -> Client:
    return signed_in(by)


def address(one: Resource, name: str = "") -> str:
    if not name:
        return reverse("resource_connector", args=[one.pk])
    return (
        reverse("try_resource_connector", args=[one.pk])
        if name == "try"
        else reverse("act_on_resource_connector", args=[one.pk, name])
    )


def test_a_trial_shows_rows_and_columns_beside_the_contract_and_keeps_nothing(
    one: Resource, desk: Client, there: Department
) -> None:
    there.put("/schools.csv", csv(heading="学生数"))
    typed = {"kind": "http", "url": f"{there.url}/schools.csv", "login": "bearer", "secret": "t0ken"}
    page = desk.post(address(one, "try"), typed).content.decode()
    assert "40 rows came" in page
    assert "第0小学" in page
    assert "not in the contract" in page
    assert "The contract asks for columns that the source has not: pupils" in page
    assert "t0ken" not in page
    assert there.asked[-1].headers["authorization"] == "Bearer t0ken"
    assert not ResourceConnector.objects.exists()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/none.csv", "nothing at this address (HTTP 404)"),
        ("/secret", "refuses this login (HTTP 401)"),
        ("/page", "a login needed?"),
    ],
)
def test_a_trial_says_what_is_wrong(path: str, words: str, one: Resource, desk: Client, there: Department) -> None:
    there.put("/secret", b"", 401)
    there.put("/page", b"<html>", Content_Type="text/html")
    page = desk.post(address(one, "try"), {"kind": "http", "url": there.url + path}).content.decode()
    assert words in page


def test_a_long_table_is_tried_by_its_beginning(one: Resource, desk: Client, there: Department) -> None:
    there.put("/long.csv", csv() + b"\n" + b"x,y,1,120,36,\n" * 450_000)
    page = desk.post(address(one, "try"), {"kind": "http", "url": f"{there.url}/long.csv"}).content.decode()
    assert "and there are more" in page


def test_it_is_configured_and_fetched_on_screen(one: Resource, desk: Client, there: Department) -> None:
    there.put("/schools.csv", csv())
    assert "It is delivered by hand" in desk.get(reverse("resource", args=[one.pk])).content.decode()
    typed = {"kind": "http", "url": f"{there.url}/schools.csv", "login": "none", "every_h": "6", "secret": ""}
    assert "configured" in desk.post(address(one, "configure"), typed, follow=True).content.decode()
    ResourceConnector.objects.update(next_at=NOW)
    fetch_due(now=NOW)
    page = desk.get(reverse("resource", args=[one.pk])).content.decode()
    assert "every 6 hours" in page
    assert "schools.csv" in page
    assert "asked within seconds" in desk.post(address(one, "fetch"), follow=True).content.decode()
    desk.post(address(one, "state"), {"active": "no"})
    assert "stopped" in desk.get(address(one)).content.decode()
    desk.post(address(one, "remove"))
    assert not ResourceConnector.objects.exists()
    assert "configure one first" in desk.post(address(one, "fetch"), follow=True).content.decode()


def test_a_reader_sees_nothing_of_it(one: Resource) -> None:
    reader = signed_in(make_person("viewer"))
    assert "connector" not in reader.get(reverse("resource", args=[one.pk])).content.decode()
    assert reader.get(address(one)).status_code == 403
    assert reader.post(address(one, "fetch")).status_code == 403


def test_programs_do_the_same(one: Resource, desk: Client, there: Department) -> None:
    there.put("/schools.csv", csv())
    root = f"/api/v1/atlas/resources/{one.pk}/connector"

    def send(method: str, path: str, body: Any) -> Any:
        answer = getattr(desk, method)(root + path, json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()

    assert desk.get(root).json() is None
    source = {"kind": "http", "url": f"{there.url}/schools.csv", "login": "bearer"}
    status, tried = send("post", "/try", {"source": source, "secret": "t0ken"})
    assert (status, tried["problem"], tried["rows"], len(tried["first"])) == (200, "", 40, 5)
    assert {one["heading"]: one["column"] for one in tried["columns"]}["在校人数"] == "pupils"
    status, told = send("put", "", {"source": source, "secret": "t0ken"})
    assert (status, told["state"], told["has_secret"]) == (200, "new", True)
    assert "t0ken" not in desk.get(root).content.decode()
    assert send("post", "/state", {"active": False})[1]["state"] == "stopped"
    assert send("post", "/fetch", {})[0] == 409
    assert send("put", "", {"source": {"kind": "http"}})[0] == 400
    assert desk.delete(root).json() == {"removed": True}


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "nothing"},
        {"kind": "http"},
        {"kind": "http", "url": "file:///etc/passwd"},
        {"kind": "http", "url": "https://name:word@a.cn/"},
        {"kind": "http", "url": "https://a.cn/\r\nX: y"},
        {"kind": "http", "url": "https://a.cn/", "login": "basic"},
        {"kind": "http", "url": "https://a.cn/", "login": "header", "account": "X Y"},
        {"kind": "http", "url": "https://a.cn/", "cursor": "after"},
        {"kind": "http", "url": "https://a.cn/", "following": "next"},
        {"kind": "http", "url": "https://a.cn/", "pattern": "*"},
        {"kind": "folder", "pattern": "../*"},
        {"kind": "folder", "pattern": ".hidden"},
    ],
)
def test_settings_that_can_not_be(told: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        read_source(told)


def test_a_secret_belongs_to_scheme_host_and_port() -> None:
    targets = [
        target_of(read_source({"kind": "http", "url": url})) for url in ("https://A.cn/x", "https://a.cn/y", "http://a.cn/x")
    ]
    assert targets == ["https://a.cn", "https://a.cn", "http://a.cn"]


@pytest.mark.parametrize("network", ["0.0.0.0/0", "169.254.169.254/32", "fe80::/16", "::/0", "10.0.0.0/99", "data.example.cn"])
def test_a_policy_never_allows_where_machines_tell_their_keys(network: str) -> None:
    text = CONNECTORS.text.replace("networks = []", f'networks = ["{network}"]')
    with pytest.raises(ValueError, match="networks"):
        CONNECTORS.read(text.encode(), "policy.toml")
