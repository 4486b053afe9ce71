"""Every list is also a file: the same rows for the same reader under the same filters, safe in a spreadsheet."""

import csv
from io import StringIO

import pytest
from django.test import Client

from tests.console.street import person
from tests.people import SHINAN, signed_in
from tocsin.sensing.devices.models import Device
from tocsin.warning.alarms.models import Alarm

LISTS = [
    ("/alarms/", "title", "viewer"),
    ("/early-signs/", "label", "viewer"),
    ("/sensing/sensors/", "name", "viewer"),
    ("/sensing/devices/", "code", "viewer"),
    ("/sensing/quarantine/", "device_code", "rule_engineer"),
    ("/lifelines/assets/", "code", "viewer"),
    ("/cases/", "number", "viewer"),
    ("/drills/", "name", "viewer"),
    ("/organisations/", "code", "viewer"),
    ("/people/", "username", "system_administrator"),
    ("/records/audit/", "sequence", "audit_administrator"),
    ("/objects/", "Information code", "viewer"),
    ("/inspections/", "number", "viewer"),
    ("/inspections/findings/", "number", "viewer"),
]


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize(("address", "column", "role"), LISTS, ids=[one[0] for one in LISTS])
def test_a_list_links_to_its_file(alarm: Alarm, address: str, column: str, role: str) -> None:
    client = signed_in(person(role))
    assert "format=csv" in client.get(address).content.decode()
    text = client.get(f"{address}?format=csv").content.decode()
    assert column in text.splitlines()[0].removeprefix("\ufeff").split(",")


def test_the_file_holds_what_the_reader_sees_under_the_filters(viewer: Client, alarm: Alarm) -> None:
    (row,) = rows_of(viewer, "/alarms/?format=csv&level=4")
    assert row["title"] == "Combustible gas 27 %LEL" and row["state_name"]
    assert rows_of(viewer, "/alarms/?format=csv&quantity=temperature") == []
    assert [one["device"] for one in rows_of(viewer, "/sensing/sensors/?format=csv&search=methane")] == ["WELL-1"]
    assert {one["code"] for one in rows_of(viewer, "/lifelines/assets/?format=csv&kind=sewer")} == {"P1"}
    stranger = signed_in(person("viewer", SHINAN))
    for address in ("/alarms/", "/sensing/sensors/", "/sensing/devices/", "/lifelines/assets/"):
        assert rows_of(stranger, f"{address}?format=csv&state=all") == []


def test_no_cell_becomes_a_formula(viewer: Client, street: None) -> None:
    Device.objects.update(name="=HYPERLINK(1)")
    (row,) = rows_of(viewer, "/sensing/devices/?format=csv")
    assert row["name"] == "'=HYPERLINK(1)" and row["enabled"] == "1"
