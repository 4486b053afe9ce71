"""One body asks another for fields of a resource: asked, granted, refused, ended, lapsed; and what then may be read."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.atlas.exchange.hydrants import ROOT
from tests.atlas.resources.files import NOW, csv, registered, steward
from tests.pages import words_of
from tests.people import YANTAI, make_named_person
from tocsin.atlas.exchange.models import CollectionReading, SharingAgreement
from tocsin.atlas.exchange.services import agreements as services
from tocsin.atlas.exchange.services import readings
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.rules.levels import SharingLevel
from tocsin.atlas.resources.services.landing import deliver
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.notices.face import kinds_for
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.screens.clock import current_time

pytestmark = pytest.mark.django_db
ITEMS = f"{ROOT}/collections/schools/items"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "CONFIGURATION", replace(settings.CONFIGURATION, data=tmp_path))
    yield


@pytest.fixture
def owner(db: None) -> User:
    return steward()


@pytest.fixture
def consumer(owner: User) -> User:
    """Somebody of another department of the same district."""
    return steward("health", "monitoring_centre")


@pytest.fixture
def schools(owner: User) -> Resource:
    """A resource that only its owner reads, with forty rows."""
    one = registered(owner, level=SharingLevel.RESTRICTED)
    deliver(actor=owner, resource_id=one.pk, file_name="学校.csv", content=csv(), now=NOW)
    return one


def signed_in(person: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def today() -> date:
    return timezone.localdate(current_time())


def asked(consumer: User, resource: Resource, fields: tuple[str, ...] = ("code", "name", "pupils")) -> SharingAgreement:
    until = today() + timedelta(days=30)
    return services.ask_agreement(
        actor=consumer,
        resource_id=resource.pk,
        fields=fields,
        purpose="where children are at noon",
        until=until,
        now=current_time(),
    )


def granted(owner: User, made: SharingAgreement, *fields: str, rows: str = "", days: int = 10) -> SharingAgreement:
    until = today() + timedelta(days=days)
    return services.grant_agreement(actor=owner, agreement_id=made.pk, fields=fields, until=until, rows=rows, now=current_time())


def read(person: User, address: str = ITEMS, **asked: str) -> tuple[int, Any]:
    secret = create_token(user=person, name="map", scopes=("resources.see",), now=timezone.now())[1]
    response = Client().get(address, asked, headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})
    return response.status_code, response.json() if response.status_code == 200 and "form" not in asked else response.content


def test_before_it_is_granted_nothing_of_it_is_there(owner: User, consumer: User, schools: Resource) -> None:
    assert read(owner)[1]["numberMatched"] == 40
    assert read(consumer)[0] == 404
    asked(consumer, schools)
    assert read(consumer)[0] == 404


def test_a_granted_reader_sees_these_fields_and_rows_every_way(owner: User, consumer: User, schools: Resource) -> None:
    granted(owner, asked(consumer, schools), "code", "pupils", rows="pupils < 220")
    status, document = read(consumer)
    assert (status, document["numberMatched"]) == (200, 3)
    assert set(document["features"][0]["properties"]) == {"code", "pupils"}
    assert read(consumer, filter="name LIKE '%'")[0] == 400
    assert read(consumer, sortby="name")[0] == 400
    assert read(consumer, properties="name")[0] == 400
    assert read(consumer, name="x")[0] == 400
    assert read(consumer, filter="pupils > 300")[1]["numberMatched"] == 0
    assert "name" not in read(consumer, f"{ROOT}/collections/schools/queryables")[1]["properties"]
    key = document["features"][0]["id"]
    assert set(read(consumer, f"{ITEMS}/{key}")[1]["properties"]) == {"code", "pupils"}
    outside = next(one["id"] for one in read(owner)[1]["features"] if one["properties"]["pupils"] > 300)
    assert read(consumer, f"{ITEMS}/{outside}")[0] == 404
    status, packed = read(consumer, f"{ROOT}/collections/schools/download", form="csv")
    assert status == 200
    assert "小学".encode() not in packed


def test_both_sides_are_told_and_the_owner_has_it_waiting(owner: User, consumer: User, schools: Resource) -> None:
    made = asked(consumer, schools)
    assert [one.organisation for one in Notice.objects.filter(purpose="sharing_agreements")] == [owner.organisation]
    client = Client()
    client.force_login(owner)
    assert "where children are at noon" in client.get(f"/sharing/{made.pk}/").content.decode()
    assert any(kind.code == "sharing_agreement" for kind in kinds_for(owner))
    granted(owner, made, "code")
    told = Notice.objects.filter(purpose="sharing_agreements").values_list("organisation", flat=True)
    assert set(told) == {owner.organisation_id, consumer.organisation_id}
    actions = AuditEntry.objects.filter(object_type="agreement").order_by("id").values_list("action", flat=True)
    assert sorted(actions) == ["agreement.asked", "agreement.granted"]


REFUSED_GRANTS = {
    "more fields": ({"fields": ("code", "updated")}, InvalidInput),
    "no fields": ({"fields": ()}, InvalidInput),
    "longer": ({"fields": ("code",), "days": 31}, InvalidInput),
    "a day that is over": ({"fields": ("code",), "days": -1}, InvalidInput),
    "a filter that is none": ({"fields": ("code",), "rows": "pupils >"}, InvalidInput),
    "a filter by nothing known": ({"fields": ("code",), "rows": "height > 3"}, InvalidInput),
}


@pytest.mark.parametrize(("wish", "error"), REFUSED_GRANTS.values(), ids=REFUSED_GRANTS)
def test_no_more_is_granted_than_was_asked(
    owner: User, consumer: User, schools: Resource, wish: dict[str, Any], error: type[Exception]
) -> None:
    made = asked(consumer, schools)
    with pytest.raises(error):
        granted(owner, made, *wish["fields"], rows=wish.get("rows", ""), days=wish.get("days", 10))
    made.refresh_from_db()
    assert made.state == "asked"


def test_only_the_owner_decides(owner: User, consumer: User, schools: Resource) -> None:
    made = asked(consumer, schools)
    with pytest.raises(NotAllowed):
        granted(consumer, made, "code")
    with pytest.raises(NotAllowed):
        services.refuse_agreement(actor=consumer, agreement_id=made.pk, reason="no", now=current_time())
    other = make_named_person("elsewhere", "data_steward", steward("yantai", region=YANTAI).organisation, YANTAI)
    with pytest.raises(SharingAgreement.DoesNotExist):
        granted(other, made, "code")


def test_a_refusal_has_a_reason_and_is_final(owner: User, consumer: User, schools: Resource) -> None:
    made = asked(consumer, schools)
    with pytest.raises(InvalidInput):
        services.refuse_agreement(actor=owner, agreement_id=made.pk, reason=" ", now=current_time())
    services.refuse_agreement(actor=owner, agreement_id=made.pk, reason="not for noon", now=current_time())
    with pytest.raises(Conflict):
        granted(owner, made, "code")
    assert asked(consumer, schools).state == "asked"  # one may ask again


def test_who_may_read_it_anyway_does_not_ask(owner: User, schools: Resource) -> None:
    with pytest.raises(Conflict):
        asked(owner, schools)


def test_asked_once_while_it_is_open(consumer: User, schools: Resource) -> None:
    asked(consumer, schools)
    with pytest.raises(Conflict):
        asked(consumer, schools)


@pytest.mark.parametrize("side", ["owner", "consumer"])
def test_either_side_ends_it_at_once(side: str, owner: User, consumer: User, schools: Resource) -> None:
    made = granted(owner, asked(consumer, schools), "code")
    who, other = (owner, consumer) if side == "owner" else (consumer, owner)
    services.end_agreement(actor=who, agreement_id=made.pk, reason="done", now=current_time())
    assert read(consumer)[0] == 404
    newest = Notice.objects.filter(purpose="sharing_agreements").order_by("-id").values_list("organisation", flat=True)
    assert other.organisation_id in list(newest)[:1]


def test_it_lapses_by_itself_even_before_the_loop_says_so(owner: User, consumer: User, schools: Resource) -> None:
    made = granted(owner, asked(consumer, schools), "code", days=0)
    assert read(consumer)[0] == 200
    SharingAgreement.objects.filter(pk=made.pk).update(until=today() - timedelta(days=1))
    assert read(consumer)[0] == 404
    assert services.lapse_agreements(now=current_time()) == 1
    assert services.lapse_agreements(now=current_time()) == 0
    made.refresh_from_db()
    assert made.state == "lapsed"


def test_who_reads_what_is_written_down_for_the_owner(owner: User, consumer: User, schools: Resource) -> None:
    made = granted(owner, asked(consumer, schools), "code", "pupils")
    secret = create_token(user=consumer, name="map", scopes=("resources.see",), now=timezone.now())[1]
    for _round in range(2):
        Client().get(ITEMS, {"filter": "pupils < 220", "limit": "2"}, headers={"Authorization": f"Bearer {secret}"})
    lines = list(CollectionReading.objects.filter(person=consumer))
    assert (sum(one.rows for one in lines), sum(one.requests for one in lines)) == (4, 2)
    assert {(one.program, one.agreement_id, one.selection) for one in lines} == {("map", made.pk, "filter=pupils < 220")}
    client = Client()
    client.force_login(owner)
    page = client.get("/sharing/readings/", headers={"Accept-Language": "en"}).content.decode()
    assert "pupils &lt; 220" in page
    assert client.get(f"/sharing/{made.pk}/").status_code == 200


def test_a_reader_has_so_many_rows_a_day(owner: User, schools: Resource, monkeypatch: pytest.MonkeyPatch) -> None:
    person = readings.Consumer(f"person:{owner.pk}", "person", owner.pk)
    monkeypatch.setattr(readings.exchange_policy().rows_a_day.__class__, "person", 10, raising=False)
    now = current_time()
    from tocsin.atlas.exchange.queries.collections import collections_for

    collection = collections_for(owner)["schools"]
    readings.record_reading(consumer=person, collection=collection, form="json", selection="", rows=50, now=now)
    with pytest.raises(readings.RowsSpent):
        readings.require_rows(person, now)


def test_public_ones_are_open_to_strangers_and_others_are_not(owner: User) -> None:
    for slug, level in (("open", SharingLevel.PUBLIC), ("inner", SharingLevel.INNER)):
        one = registered(owner, slug, level=level)
        deliver(actor=owner, resource_id=one.pk, file_name="学校.csv", content=csv(), now=NOW)
    listed = json.loads(Client().get(f"{ROOT}/collections", {"f": "json"}).content)["collections"]
    assert [one["id"] for one in listed] == ["open"]
    assert Client().get(f"{ROOT}/collections/open/items").json()["numberMatched"] == 40
    assert Client().get(f"{ROOT}/collections/inner/items").status_code == 404


def test_pages_from_the_request_to_the_grant(owner: User, consumer: User, schools: Resource) -> None:
    ours, theirs = Client(), Client()
    ours.force_login(consumer)
    theirs.force_login(owner)
    assert f"/sharing/ask/{schools.pk}/" in ours.get("/sharing/").content.decode()
    assert ours.get(f"/sharing/ask/{schools.pk}/").status_code == 200
    until = (today() + timedelta(days=5)).isoformat()
    sent = ours.post(f"/sharing/ask/{schools.pk}/send/", {"field": ["code", "pupils"], "purpose": "noon", "until": until})
    made = SharingAgreement.objects.get()
    assert sent.headers["Location"] == f"/sharing/{made.pk}/"
    assert "act_on" not in ours.get(f"/sharing/{made.pk}/").content.decode()
    theirs.post(f"/sharing/{made.pk}/grant/", {"field": ["code"], "until": until, "rows": ""})
    made.refresh_from_db()
    assert (made.state, made.fields) == ("granted", ["code"])
    assert ours.get(f"{ITEMS}?f=html").status_code == 200
    ours.post(f"/sharing/{made.pk}/end/", {"reason": "no longer needed"})
    made.refresh_from_db()
    assert made.state == "ended"


def test_the_page_of_a_resource_shows_what_the_agreement_opens_and_nothing_more(
    owner: User, consumer: User, schools: Resource
) -> None:
    Resource.objects.filter(pk=schools.pk).update(contact="Liu Min", telephone="0532-8888", legal_basis="Law 12")
    made = asked(consumer, schools)
    client, page = signed_in(consumer), f"/resources/{schools.pk}/"
    assert client.get(page).status_code == 404
    granted(owner, made, "code", "pupils", rows="pupils > 900")
    shown = client.get(page)
    text = shown.content.decode()
    for told in ("pupils &gt; 900", "where children are at noon", "/ogc/features/collections/schools/download?form=csv"):
        assert told in text
    words = set(words_of(text))
    assert {"code", "pupils"} <= words
    assert words.isdisjoint({"Liu", "Min", "0532-8888", "Law", "name", "学校.csv", "Deliveries"})
    answer = client.get(f"/api/v1/atlas/resources/{schools.pk}")
    assert answer.status_code == 200
    assert {one["name"] for one in answer.json()["columns"]} == {"code", "pupils"}
    assert {answer.json()[name] for name in ("contact", "telephone", "legal_basis", "source", "description")} == {""}
    assert client.get(f"{page}contract.yaml").status_code == 404
    assert client.post(f"{page}drop/", {"delivery_id": str(schools.pk)}).status_code == 404
    assert signed_in(make_named_person("stranger", "viewer", None, YANTAI)).get(page).status_code == 404
    services.end_agreement(actor=owner, agreement_id=made.pk, reason="over", now=current_time())
    assert client.get(page).status_code == 404
    assert signed_in(owner).get(page).status_code == 200
