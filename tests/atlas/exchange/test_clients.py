"""The clients that people use read it: OWSLib, and GDAL's driver OAPIF (of Debian's ogrinfo where it is, else of pyogrio).

QGIS is in no registry of Python packages; what it sends (bbox, limit, and the links to next pages) is in `test_as_qgis_reads`.
"""

import json
import shutil
import subprocess
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import pyogrio
import pytest
from owslib.ogcapi.features import Features

from tests.atlas.exchange.hydrants import COUNT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]


@pytest.fixture
def server(live_server: Any, token: str) -> tuple[str, str]:
    """Where it is, and the header that opens it."""
    return f"{live_server.url}/ogc/features", f"Bearer {token}"


def test_owslib(server: tuple[str, str]) -> None:
    root, secret = server
    client = Features(f"{root}/", headers={"Authorization": secret})
    assert client.feature_collections() == ["assets", "hydrants"]
    assert any("cql2-text" in one for one in client.conformance()["conformsTo"])
    assert client.collection("hydrants")["itemType"] == "feature"
    assert "outlets" in client.collection_queryables("hydrants")["properties"]
    document = client.collection_items("hydrants", bbox=[120.005, 36, 120.025, 37], limit=1)
    assert (document["numberMatched"], document["numberReturned"]) == (2, 1)
    filtered = client.collection_items("hydrants", filter="outlets = 3")
    assert [one["id"] for one in filtered["features"]] == ["h03", "h07", "h11"]
    assert client.collection_item("hydrants", "h03")["id"] == "h03"


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="needs Debian's gdal-bin")
def test_gdal_reads_the_layer_with_its_filter_on_the_server(server: tuple[str, str]) -> None:
    root, secret = server

    def ogrinfo(*arguments: str) -> str:
        command = ["ogrinfo", "-ro", "-oo", f"USERPWD=token:{secret.removeprefix('Bearer ')}", f"OAPIF:{root}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "hydrants" in ogrinfo()
    described = ogrinfo("-so", "hydrants")
    assert f"Feature Count: {COUNT}" in described
    assert "seen_at: DateTime" in described
    listed = ogrinfo("-al", "-where", "outlets = 3", "-spat", "120", "36", "120.08", "37", "hydrants")
    assert "Feature Count: 2" in listed
    assert "POINT (120.07 36.07)" in listed


def test_gdal_of_pyogrio_copies_the_layer(server: tuple[str, str]) -> None:
    root, secret = server
    password = f"token:{secret.removeprefix('Bearer ')}"
    meta, table = pyogrio.read_arrow(f"OAPIF:{root}", layer="hydrants", USERPWD=password)
    assert table.num_rows == COUNT
    assert set(table.column_names) >= {"name", "outlets", "seen_at"}
    assert "4326" in str(meta["crs"]) or "CRS84" in str(meta["crs"])


def test_as_qgis_reads(server: tuple[str, str]) -> None:
    """The landing page, the description, then pages of what the window shows until there is no next one."""
    root, secret = server

    def read(address: str) -> Any:
        request = urllib.request.Request(
            address, headers={"Authorization": secret, "Accept": "application/geo+json, application/json"}
        )
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read())

    assert read(f"{root}/")["links"]
    assert read(f"{root}/api")["openapi"].startswith("3.0")
    address, found = f"{root}/collections/hydrants/items?bbox=120,36,120.065,37&limit=3", list[str]()
    while address:
        document = read(address)
        found += [one["id"] for one in document["features"]]
        address = next((one["href"] for one in document["links"] if one["rel"] == "next"), "")
        assert urlsplit(address).path in ("", "/ogc/features/collections/hydrants/items")
    assert found == [f"h{number:02}" for number in range(7)]
