"""What a reader sees of a resource is the same on the map, in its table, by the protocol and in files: granted fields, masks."""

import csv as csv_reader
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.atlas.exchange.hydrants import ROOT
from tests.atlas.resources.files import CONTRACT, NOW, csv, registered, steward
from tests.atlas.tile_reader import read_tile
from tests.people import make_named_person
from tocsin.atlas.exchange.models import SharingAgreement
from tocsin.atlas.exchange.queries.agreements import askable_resources
from tocsin.atlas.exchange.services import agreements as services
from tocsin.atlas.layers.queries import reading as layer_rows
from tocsin.atlas.layers.queries.layers import layers_of
from tocsin.atlas.layers.queries.reading import Asked, rows_of_layer
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.rules.levels import SharingLevel
from tocsin.atlas.resources.services.landing import deliver
from tocsin.atlas.resources.services.register import change_contract
from tocsin.base.errors import InvalidInput
from tocsin.engine.deliveries.odcs import read_contract
from tocsin.jurisdiction.people.models import User
from tocsin.screens.clock import current_time

pytestmark = pytest.mark.django_db
ITEMS = f"{ROOT}/collections/schools/items"
LAYER = "r.schools"
MASKED = CONTRACT.replace(
    "{name: name, businessName: 名称, logicalType: string, required: true}",
    "{name: name, businessName: 名称, logicalType: string, customProperties: [{property: mask, value: name}]}",
).replace(
    "logicalTypeOptions: {minimum: 0, maximum: 8000}}",
    "customProperties: [{property: mask, value: all}, {property: clearFor, value: [owner, agreement]}]}",
)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "CONFIGURATION", replace(settings.CONFIGURATION, data=tmp_path))
    layer_rows.forget()
    yield
    layer_rows.forget()


@pytest.fixture
def owner(db: None) -> User:
    return steward()


@pytest.fixture
def consumer(owner: User) -> User:
    return steward("health", "monitoring_centre")


def delivered(owner: User, level: SharingLevel, contract: str = CONTRACT) -> Resource:
    one = registered(owner, level=level, contract=contract)
    made = deliver(actor=owner, resource_id=one.pk, file_name="学校.csv", content=csv(), now=NOW)
    assert made.stage == "landed", made.findings
    return one


def granted(owner: User, consumer: User, one: Resource, *fields: str, rows: str = "") -> SharingAgreement:
    until = timezone.localdate(current_time()) + timedelta(days=5)
    asked = services.ask_agreement(
        actor=consumer, resource_id=one.pk, fields=fields, purpose="at noon", until=until, now=current_time()
    )
    return services.grant_agreement(actor=owner, agreement_id=asked.pk, fields=fields, until=until, rows=rows, now=current_time())


def layer_of(user: User) -> Any:
    rows = [rows_of_layer(user, one, Asked()) for one in layers_of(user) if one.name == LAYER]
    return rows[0] if rows else None


def features(user: User, **asked: str) -> list[dict[str, Any]]:
    client = Client()
    client.force_login(user)
    answer = client.get(ITEMS, {"f": "json", **asked})
    return json.loads(answer.content)["features"] if answer.status_code == 200 else []


@pytest.mark.parametrize("level", [SharingLevel.RESTRICTED, SharingLevel.INNER])
def test_an_agreement_shows_its_fields_on_the_map_and_nothing_else(level: SharingLevel, owner: User, consumer: User) -> None:
    one = delivered(owner, level)
    assert layer_of(consumer) is None
    assert askable_resources(consumer).filter(pk=one.pk).exists()
    agreement = granted(owner, consumer, one, "name", "lon", "lat", rows="pupils > 400")

    rows = layer_of(consumer)
    whole = layer_of(owner)
    assert 0 < len(rows) < len(whole)
    assert set(rows.more) == {"lon", "lat"}
    assert not set(rows.keys) & set(whole.keys)  # the code was not granted, and a key tells it
    assert set(rows.names) < set(whole.names)
    assert "pupils" in whole.more
    client = Client()
    client.force_login(consumer)
    tile = client.get(f"/map/tiles/{LAYER}/0/0/0").content
    told = read_tile(gzip.decompress(tile) if tile[:2] == b"\x1f\x8b" else tile)[LAYER]
    assert len(told) == len(rows)
    assert "pupils" not in {name for feature in told for name in feature.properties}
    assert '<th scope="row" class="mono">pupils' not in client.get(f"/resources/{one.pk}/").content.decode().replace("\n", "")

    services.end_agreement(actor=owner, agreement_id=agreement.pk, reason="over", now=current_time())
    assert layer_of(consumer) is None


def test_without_the_columns_of_the_place_nothing_stands_on_the_map(owner: User, consumer: User) -> None:
    one = delivered(owner, SharingLevel.RESTRICTED)
    granted(owner, consumer, one, "code", "name")
    assert len(layer_of(consumer)) == 0
    found = features(consumer)
    assert len(found) == 40
    assert {feature["geometry"] for feature in found} == {None}
    assert {name for feature in found for name in feature["properties"]} == {"code", "name"}


def test_a_condition_that_no_longer_fits_keeps_every_row_off_the_map(owner: User, consumer: User) -> None:
    one = delivered(owner, SharingLevel.RESTRICTED)
    granted(owner, consumer, one, "name", "lon", "lat", rows="pupils > 400")
    other = CONTRACT.replace("name: pupils, businessName: 在校人数", "name: children, businessName: 在校人数")
    change_contract(actor=owner, resource_id=one.pk, text=other, reason="another word", now=NOW)
    deliver(actor=owner, resource_id=one.pk, file_name="2.csv", content=csv(44), now=NOW + timedelta(hours=1))
    assert len(layer_of(owner)) > 0
    assert len(layer_of(consumer)) == 0


def test_a_masked_field_is_masked_everywhere_and_nobody_filters_by_it(owner: User) -> None:
    """The inspector of the district reads inner resources; the owner's steward keeps this one."""
    delivered(owner, SharingLevel.INNER, MASKED)
    reader = make_named_person("reader", "inspector", None)
    whole, seen = features(owner), features(reader)
    assert len(whole) == len(seen) == 40
    assert all(one["properties"]["pupils"] is None for one in seen)
    assert all(one["properties"]["name"].endswith("**") for one in seen)
    assert not any(one["properties"]["name"].endswith("**") for one in whole)
    assert {one["id"] for one in seen} == {one["id"] for one in whole}
    rows = layer_of(reader)
    assert all(name.endswith("**") for name in rows.names)
    assert rows.more["pupils"].null_count() == 40

    client = Client()
    client.force_login(reader)
    for asked in (
        {"filter": "pupils > 400"},
        {"filter": '{"op":">","args":[{"property":"pupils"},400]}', "filter-lang": "cql2-json"},
        {"filter": "code = 'x' OR NOT (name LIKE '青%')"},
        {"sortby": "-pupils"},
        {"name": "青岛"},
    ):
        answer = client.get(ITEMS, {"f": "json", **asked}, headers={"accept-language": "en"})
        assert answer.status_code == 400, asked
        assert "masked" in json.loads(answer.content)["message"]
    queryables = json.loads(client.get(f"{ROOT}/collections/schools/queryables?f=json").content)["properties"]
    assert set(queryables) == {"geometry", "code", "lon", "lat", "updated"}
    packed = client.get(f"{ROOT}/collections/schools/download?form=csv").content
    lines = list(csv_reader.reader(io.StringIO(zipfile.ZipFile(io.BytesIO(packed)).read("schools.csv").decode("utf-8-sig"))))
    assert {line[lines[0].index("name")][-2:] for line in lines[1:]} == {"**"}
    assert {line[lines[0].index("pupils")] for line in lines[1:]} == {""}


def test_what_is_clear_by_agreement_is_clear_for_who_has_one(owner: User, consumer: User) -> None:
    one = delivered(owner, SharingLevel.RESTRICTED, MASKED)
    granted(owner, consumer, one, "code", "name", "pupils")
    found = features(consumer)
    assert all(isinstance(feature["properties"]["pupils"], int) for feature in found)
    assert all(feature["properties"]["name"].endswith("**") for feature in found)
    assert features(consumer, filter="pupils > 400")
    assert not features(consumer, filter="name LIKE '青%'")


def test_a_masked_key_is_told_by_nothing(owner: User) -> None:
    masked = CONTRACT.replace("primaryKey: true}", "primaryKey: true, customProperties: [{property: mask, value: ends}]}")
    delivered(owner, SharingLevel.INNER, masked)
    reader = make_named_person("reader", "inspector", None)
    whole, seen = features(owner), features(reader)
    ids = [one["id"] for one in seen]
    assert ids == sorted(ids)
    assert len(set(ids)) == 40
    assert not set(ids) & {one["id"] for one in whole}
    client = Client()
    client.force_login(reader)
    assert client.get(f"{ITEMS}/{ids[3]}?f=json").status_code == 200
    assert client.get(f"{ITEMS}/{whole[3]['id']}?f=json").status_code == 404


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("logicalType: timestamp}", "logicalType: timestamp, customProperties: [{property: mask, value: ends}]}", "only texts"),
        ("{name: lon,", "{name: lon, customProperties: [{property: mask, value: all}],", "place can't be masked"),
        (
            "logicalType: timestamp}",
            "logicalType: timestamp, customProperties: [{property: clearFor, value: [owner]}]}",
            "beside a mask",
        ),
        ("logicalType: timestamp}", "logicalType: timestamp, customProperties: [{property: mask, value: half}]}", "half"),
    ],
)
def test_a_mask_that_could_not_hold_is_refused(old: str, new: str, why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_contract(CONTRACT.replace(old, new))
    assert why in str(refused.value.args[0] % refused.value.named)


def test_findings_tell_no_value_of_a_masked_column(owner: User) -> None:
    patterned = CONTRACT.replace(
        "{name: name, businessName: 名称, logicalType: string, required: true}",
        "{name: name, businessName: 名称, logicalType: string, logicalTypeOptions: {pattern: 'Z.*'},"
        " customProperties: [{property: mask, value: name}]}",
    )
    one = registered(owner, contract=patterned)
    made = deliver(actor=owner, resource_id=one.pk, file_name="1.csv", content=csv(), now=NOW)
    samples = {told["figures"].get("sample") for told in made.findings if told["column"] == "name"}
    assert samples == {"***"}


def test_the_api_tells_of_a_resource_what_the_agreement_opens_as_the_page_does(owner: User, consumer: User) -> None:
    one = delivered(owner, SharingLevel.RESTRICTED, MASKED)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(consumer)
    address = f"/api/v1/atlas/resources/{one.pk}"
    assert client.get(address).status_code == client.get(f"/resources/{one.pk}/").status_code == 404
    agreement = granted(owner, consumer, one, "name", "pupils", rows="pupils > 400")
    told = client.get(address).json()
    assert told["agreement_id"] == str(agreement.pk)
    assert [column["name"] for column in told["columns"]] == ["name", "pupils"]
    assert {column["name"]: column["mask"] for column in told["columns"]} == {"name": "name", "pupils": ""}
    assert told["rows"] == len(features(consumer, limit="10000"))
    assert (told["contact"], told["telephone"], told["box"]) == ("", "", None)  # nothing of the place was granted
    assert client.get(f"{address}/contract").status_code == 404
    assert client.get(f"{address}/deliveries").status_code == 404
    client.force_login(owner)
    whole = client.get(address).json()
    assert whole["agreement_id"] is None
    assert len(whole["columns"]) > len(told["columns"])
