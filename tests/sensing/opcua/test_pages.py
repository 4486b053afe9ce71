"""Servers of OPC UA on their pages and by the API: who may enter what, certificates, lists, secrets."""

import hashlib
import re
from io import BytesIO
from typing import Any

import msgspec
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.languages import english as english
from tests.people import make_person
from tests.sensing.opcua.server import RunningServer
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.doors.services.loading import load
from tocsin.sensing.opcua import queries
from tocsin.sensing.opcua.models import OpcUaIdentity, OpcUaSecret, OpcUaServer
from tocsin.sensing.opcua.policy import OPCUA
from tocsin.sensing.opcua.rules.nodes import read_nodes
from tocsin.sensing.opcua.rules.places import Security
from tocsin.sensing.opcua.services import servers, trial
from tocsin.sensing.opcua.services.secrets import seal_opcua_anew
from tocsin.sensing.opcua.services.servers import Place

LICANG, YANTAI = "370213", "370602"
NOWHERE = "opc.tcp://127.0.0.1:4840"
FORM = {
    "device_code": "plc-1",
    "endpoint": NOWHERE,
    "security": "none",
    "user_name": "",
    "password": "",
    "period_s": "60",
    "sampling_s": "1",
    "queue": "10",
}


@pytest.fixture
def devices(db: None) -> None:
    ensure_regions()
    new = [NewDevice(code=code, region_code=region) for code, region in (("plc-1", LICANG), ("plc-2", YANTAI))]
    new.append(NewDevice(code="well-8", region_code=LICANG, gateway_code="plc-1"))
    sensors = [
        NewSensor(device_code="plc-1", channel="methane", quantity="methane", lon=120.4, lat=36.2),
        NewSensor(device_code="well-8", channel="level", quantity="level", lon=120.4, lat=36.2),
    ]
    register_many(actor=system_actor(), devices=new, sensors=sensors)


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = msgspec.structs.replace(OPCUA.shipped, networks=("127.0.0.0/8",))
    monkeypatch.setattr(trial, "opcua_policy", lambda: policy)


def place(**changed: Any) -> Place:
    return Place(**{"endpoint": NOWHERE, "security": Security.NONE, **changed})


def made(code: str = "plc-1", *, actor: Any = None, nodes: str = "", **changed: Any) -> OpcUaServer:
    who = actor or system_actor()
    return servers.enter_server(actor=who, device_code=code, place=place(**changed), nodes=read_nodes(nodes))


def test_the_poller_hears_of_entries_changes_and_ends(devices: None) -> None:
    before = load(None)
    assert before is not None
    one = made(nodes="methane ns=2;s=Methane")
    after = load(before)
    assert after is not None
    (known,) = after.opcua_servers
    assert (known.code, known.endpoint, known.nodes) == ("plc-1", NOWHERE, read_nodes("methane ns=2;s=Methane"))
    servers.change_server(actor=system_actor(), server_id=one.pk, place=place(security=Security.SIGN))
    changed = load(after)
    assert changed is not None
    assert changed.opcua_servers == (), "nobody has trusted its certificate yet"
    servers.withdraw_server(actor=system_actor(), server_id=one.pk)
    assert load(changed) is not None


def test_who_may_enter_what(devices: None) -> None:
    engineer = make_person("rule_engineer", LICANG)
    made(actor=engineer)
    with pytest.raises(Conflict, match="entered already"):
        made(actor=engineer)
    with pytest.raises(InvalidInput, match="no device"):
        made("plc-2", actor=engineer)
    far = made("plc-2")
    with pytest.raises(NotAllowed):
        servers.withdraw_server(actor=engineer, server_id=far.pk)
    with pytest.raises(NotAllowed):
        servers.trust_certificate(actor=engineer, server_id=far.pk, fingerprint="00")


def test_passwords_lie_sealed_and_do_not_follow_a_server_to_another_place(devices: None) -> None:
    one = made(security=Security.SIGN_AND_ENCRYPT, user_name="tocsin", password="let me read")
    secret = OpcUaSecret.objects.get(server=one)
    assert "let me read" not in secret.sealed
    assert queries.opened(secret.sealed) == "let me read"
    actor, secured = system_actor(), {"security": Security.SIGN_AND_ENCRYPT, "user_name": "tocsin"}
    servers.change_server(actor=actor, server_id=one.pk, place=place(**secured, period_s=30.0))
    assert OpcUaSecret.objects.filter(server=one).exists(), "the present one stays"
    with pytest.raises(InvalidInput, match="certificate is trusted"):
        servers.change_server(actor=actor, server_id=one.pk, place=place(user_name="tocsin"))
    OpcUaServer.objects.filter(pk=one.pk).update(certificate=b"trusted")
    servers.change_server(actor=actor, server_id=one.pk, place=place(**secured, endpoint="opc.tcp://127.0.0.1:4841"))
    moved = OpcUaServer.objects.get(pk=one.pk)
    assert bytes(moved.certificate) == b"", "another place is trusted anew"
    assert not OpcUaSecret.objects.filter(server=one).exists()
    assert "let me read" not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_secrets_are_sealed_anew(devices: None) -> None:
    made(security=Security.SIGN, user_name="tocsin", password="let me read")
    assert OpcUaSecret.objects.count() == 2, "the password, and the key of our certificate"
    done = seal_opcua_anew(after=0, limit=10)
    assert (done.done, done.lost) == (0, 0), "they are under the key in force"
    OpcUaSecret.objects.update(sealed="nothing that a key opens")
    assert seal_opcua_anew(after=0, limit=10).lost == 2
    assert queries.own_identity() is None


def test_our_certificate_is_made_once_and_handed_out(devices: None, client: Client) -> None:
    client.force_login(make_person("rule_engineer", LICANG))
    assert client.get("/sensing/opcua/certificate.der").status_code == 302, "there is none yet"
    made(security=Security.SIGN)
    made("plc-2", security=Security.SIGN)
    (own,) = OpcUaIdentity.objects.all()
    assert client.get("/sensing/opcua/certificate.der").content == bytes(own.certificate)
    mine = queries.own_identity()
    assert mine is not None
    assert mine.application_uri == own.application_uri


def test_from_nothing_to_readings_on_the_pages(devices: None, inside: None, client: Client, plant: RunningServer) -> None:
    client.force_login(make_person("rule_engineer", LICANG))
    client.cookies["django_language"] = "en"
    page = client.post(
        "/sensing/opcua/enter/", {**FORM, "endpoint": plant.endpoint, "security": "sign_and_encrypt"}, follow=True
    ).content.decode()
    assert "The server is not asked yet" in page
    one = OpcUaServer.objects.get()
    address = f"/sensing/opcua/{one.pk}/"
    assert "nobody has trusted" in client.post(f"{address}read/").content.decode()
    look = client.post(f"{address}look/").content.decode()
    (offered,) = set(re.findall(r'name="fingerprint" value="([0-9a-f]{64})"', look))
    assert offered == hashlib.sha256((plant.folder / "certificate.der").read_bytes()).hexdigest()
    refused = client.post(f"{address}trust/", {"fingerprint": "00" * 32}, follow=True).content.decode()
    assert "shows no certificate of this fingerprint" in refused
    client.post(f"{address}trust/", {"fingerprint": offered})
    one.refresh_from_db()
    assert hashlib.sha256(bytes(one.certificate)).hexdigest() == offered
    browsed = client.post(f"{address}browse/", {"branch": "ns=2;s=Plant"}).content.decode()
    assert "ns=2;s=Methane" in browsed
    client.post(f"{address}nodes/", {"nodes": "", "channel": "methane", "node": "ns=2;s=Methane"})
    client.post(f"{address}nodes/", {"nodes": "methane ns=2;s=Methane", "channel": "well-8/level", "node": "ns=2;s=Gone"})
    read = client.post(f"{address}read/").content.decode()
    assert "12.5" in read
    assert "the server has no variable ns=2;s=Gone" in read
    assert "No sensor is registered" not in read
    client.post(f"{address}withdraw/")
    assert not OpcUaServer.objects.exists()


def test_a_refusal_leaves_what_was_typed(devices: None, client: Client) -> None:
    client.force_login(make_person("rule_engineer", LICANG))
    client.cookies["django_language"] = "en"
    wrong = client.post("/sensing/opcua/enter/", {**FORM, "endpoint": "http://10.8.1.20"})
    assert wrong.status_code == 400
    assert "no endpoint of OPC UA" in wrong.content.decode()
    assert 'value="http://10.8.1.20"' in wrong.content.decode()
    one = made()
    refused = client.post(f"/sensing/opcua/{one.pk}/read/").content.decode()
    assert "which is inside" in refused


def test_a_list_from_a_table(devices: None, client: Client) -> None:
    client.force_login(make_person("rule_engineer", LICANG))
    client.cookies["django_language"] = "en"
    one = made()
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["通道", "节点", "系数"])
    book.active.append(["methane", "ns=2;s=Methane", 0.5])
    content = BytesIO()
    book.save(content)
    address = f"/sensing/opcua/{one.pk}/table/"
    client.post(address, {"file": SimpleUploadedFile("nodes.xlsx", content.getvalue())})
    one.refresh_from_db()
    assert one.nodes == ["methane 0.5 0 0 ns=2;s=Methane"]
    wrong = client.post(address, {"file": SimpleUploadedFile("nodes.csv", b"channel,node\nmethane,x\n")}, follow=True)
    assert "row 2: “x” is no NodeId" in wrong.content.decode()
    one.refresh_from_db()
    assert len(one.nodes) == 1, "nothing was changed"


def test_by_the_api(devices: None, inside: None, client: Client, plant: RunningServer) -> None:
    client.force_login(make_person("rule_engineer", LICANG))
    client.cookies["django_language"] = "en"
    nodes = [{"channel": "methane", "node": "ns=2;s=Methane", "factor": 2}, {"channel": "name", "node": "ns=2;s=Name"}]
    new = {"device_code": "plc-1", "endpoint": plant.endpoint, "security": "sign", "nodes": nodes}
    added = client.post("/api/v1/sensing/opcua-servers", new, content_type="application/json")
    assert added.status_code == 201
    assert (added.json()["fingerprint"], added.json()["nodes"][0]["factor"]) == ("", 2.0)
    address = f"/api/v1/sensing/opcua-servers/{added.json()['id']}"
    assert client.get("/api/v1/sensing/opcua-servers").json()["total"] == 1
    look = client.post(f"{address}/look").json()
    trusted = {"fingerprint": look["certificates"][0]["fingerprint"]}
    answer = client.post(f"{address}/trust", trusted, content_type="application/json").json()
    assert answer["fingerprint"] == trusted["fingerprint"]
    values = {one["channel"]: one for one in client.post(f"{address}/read").json()["values"]}
    assert (values["methane"]["value"], values["methane"]["quality"]) == (25.0, "good")
    assert "no number" in values["name"]["refused"]
    below = client.post(f"{address}/browse?branch=ns%3D2%3Bs%3DPlant").json()
    assert {"Methane", "Flow"} <= {one["name"] for one in below["items"]}
    change = {"endpoint": NOWHERE, "security": "none", "period_s": 30}
    assert client.put(address, change, content_type="application/json").json()["fingerprint"] == ""
    assert client.put(f"{address}/nodes", {"nodes": nodes[:1]}, content_type="application/json").json()["nodes"][0]["node"]
    assert client.get(address).json()["period_s"] == 30.0
    assert client.delete(address).status_code == 204


def test_who_does_not_manage_sensors_sees_no_addresses(devices: None, client: Client) -> None:
    one = made()
    client.force_login(make_person("viewer", LICANG))
    assert client.get("/sensing/opcua/").status_code == 403
    assert client.get("/sensing/opcua/certificate.der").status_code == 403
    assert client.get(f"/api/v1/sensing/opcua-servers/{one.pk}").status_code == 404
    assert client.get("/api/v1/sensing/opcua-servers").json()["items"] == []
