"""Who reads what: strangers nothing that is not public, tokens their scopes, people their regions; and how they sign in."""

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.atlas.exchange.hydrants import ROOT
from tests.people import LICANG, YANTAI, make_person
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.lifelines.models import Asset

pytestmark = pytest.mark.django_db


def names(client: Client, **headers: str) -> list[str]:
    response = client.get(f"{ROOT}/collections", {"f": "json"}, headers=headers)
    assert response.status_code == 200, response.content[:300]
    return [one["id"] for one in json.loads(response.content)["collections"]]


def test_a_stranger_sees_nothing_of_the_product_itself(person: User) -> None:
    client = Client()
    assert names(client) == []
    for path in ("/collections/assets", "/collections/assets/items", "/collections/organisations/items"):
        assert client.get(f"{ROOT}{path}").status_code == 404
    for path in ("/", "/conformance", "/api"):
        assert client.get(f"{ROOT}{path}").status_code == 200


def test_a_person_sees_what_their_roles_see(person: User) -> None:
    client = Client()
    client.force_login(person)
    assert {"sensors", "assets", "alarms", "cases", "objects", "stores", "organisations", "hydrants"} == set(names(client))
    keeper = make_person("store_keeper", organisation="monitoring_centre")
    client.force_login(keeper)
    assert "alarms" not in names(client)


def test_a_token_opens_its_scopes_as_bearer_and_as_password(token: str) -> None:
    basic = base64.b64encode(f"anything:{token}".encode()).decode()
    for header in (f"Bearer {token}", f"Basic {basic}"):
        assert names(Client(), Authorization=header) == ["assets", "hydrants"]


@pytest.mark.parametrize("header", ["Bearer wrong", "Basic wrong", "Basic eDp5", "Digest x", "Bearer"])
def test_a_wrong_token_is_401_and_says_how(person: User, header: str) -> None:
    response = Client().get(f"{ROOT}/collections", headers={"Authorization": header})
    assert response.status_code == 401
    assert "Bearer" in response["WWW-Authenticate"]


def test_a_signed_in_browser_with_a_wrong_token_is_refused_all_the_same(person: User) -> None:
    client = Client()
    client.force_login(person)
    assert client.get(f"{ROOT}/collections", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_who_must_change_a_password_first_is_a_stranger(person: User) -> None:
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    assert names(client) == []


@pytest.fixture
def two_regions(person: User) -> None:
    ensure_regions()
    for region in (LICANG, YANTAI):
        Asset.objects.create(
            code=f"m-{region}",
            kind="manhole",
            region_code=region,
            geometry={"type": "Point", "coordinates": [120.4, 36.2]},
            lon=120.4,
            lat=36.2,
        )


def assets(token: str, path: str = "", **asked: str) -> Any:
    response = Client().get(f"{ROOT}/collections/assets/items{path}", asked, headers={"Authorization": f"Bearer {token}"})
    return json.loads(response.content) | {"status": response.status_code}


def test_features_of_another_region_are_not_there(two_regions: None, token: str) -> None:
    document = assets(token)
    assert [one["properties"]["region_code"] for one in document["features"]] == [LICANG]
    assert document["numberMatched"] == 1
    elsewhere = Asset.objects.get(region_code=YANTAI)
    assert assets(token, f"/{elsewhere.pk}")["status"] == 404
    assert assets(token, filter=f"region_code = '{YANTAI}'")["numberMatched"] == 0


def test_a_token_of_a_region_is_cut_to_it(two_regions: None, person: User) -> None:
    wide = make_person("viewer", "370000")
    secret = create_token(user=wide, name="yantai", scopes=("assets.see",), now=timezone.now(), region_code=YANTAI)[1]
    assert [one["properties"]["region_code"] for one in assets(secret)["features"]] == [YANTAI]


def test_organisations_tell_no_telephone(person: User) -> None:
    Organisation.objects.update(telephone="telephone 0532 87654321")
    client = Client()
    client.force_login(person)
    assert "telephone 0532 87654321" not in client.get(f"{ROOT}/collections/organisations/items").content.decode()
