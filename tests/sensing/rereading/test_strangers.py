"""What senders bring before they are registered: kept at the doors, bounded, and read at one press once they are."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.people import LICANG, SHINAN, make_person, signed_in
from tests.sensing import test_gb26875 as gb
from tests.sensing import test_hj212 as hj
from tests.sensing.rereading.asides import NOW, keep, register, unread
from tests.sensing.rereading.test_rereading import rows, run
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.face import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices.models import Device
from tocsin.sensing.doors.rules.hj212 import CONTENT, without_password
from tocsin.sensing.doors.rules.hj212_frames import frame
from tocsin.sensing.doors.services.keeper import MOST_BYTES
from tocsin.sensing.quarantine.models import KeptMessage, KeptRoom, StrangersMessage
from tocsin.sensing.quarantine.policy import quarantine_policy
from tocsin.sensing.quarantine.rules import Form
from tocsin.sensing.quarantine.services import full_room, strangers
from tocsin.sensing.quarantine.services.keeping import drop_messages
from tocsin.sensing.quarantine.services.strangers import Strange, drop_old_strange, keep_strange
from tocsin.sensing.quarantine.shown import room_page, room_texts
from tocsin.sensing.rereading.services.strangers import take_over_messages
from tocsin.sensing.transmitters.services import enter_transmitter

DATA = "QN=20261129155000000;ST=31;CN=2011;PW=*;MN={};Flag=5;CP=&&DataTime=20261129155000;methane-Rtd={},methane-Flag=N&&"


def strange(code: str = "well-1", value: float = 7.5, *, address: str = "192.0.2.7", minutes: int = 10, size: int = 0) -> Strange:
    content = DATA.format(code, value).encode() + b" " * size
    return Strange(code, address, "hj212", Form.HJ212, content, NOW - timedelta(minutes=minutes))


def bound(monkeypatch: pytest.MonkeyPatch, **figures: int) -> None:
    chosen = quarantine_policy()
    changed: Any = msgspec.structs.replace(chosen, strangers=msgspec.structs.replace(chosen.strangers, **figures))
    monkeypatch.setattr(strangers, "quarantine_policy", lambda: changed)


# At the doors


HJ_CASES = [
    ("a code that nobody has", b"MN=" + hj.MN.encode(), b"MN=well-9", ["well-9"]),
    ("a wrong password of a device", b"PW=123456", b"PW=123457", []),
    ("a device without a password", b"MN=" + hj.MN.encode(), b"MN=M3", []),
]


@pytest.mark.parametrize(("there", "instead", "claimed"), [row[1:] for row in HJ_CASES], ids=[row[0] for row in HJ_CASES])
def test_hj212_keeps_what_comes_under_a_name_that_nobody_has(there: bytes, instead: bytes, claimed: list[str]) -> None:
    async def story(memory: hj.DoorInMemory, connect: Any) -> None:
        line = await connect()
        line.send(frame(hj.now(hj.REALTIME)[6:-6].replace(there, instead)))
        assert await line.ends() == b""
        await memory.gatehouse.keeper.drained()
        found = memory.keeper.kept
        assert [one.claimed for one in found] == claimed
        assert all(one.address == "127.0.0.1" and one.content.count(b"PW=") == one.content.count(b"PW=*;") == 1 for one in found)

    hj.play(story)


@pytest.mark.parametrize(("networks", "source"), [row[1:] for row in gb.REFUSED], ids=[row[0] for row in gb.REFUSED])
def test_gb26875_keeps_what_comes_from_a_source_that_is_not_entered(networks: str, source: str) -> None:
    async def story(memory: gb.DoorInMemory, connect: Any) -> None:
        line = await connect()
        line.send(gb.sent(gb.state(2), source=source))
        await line.ends()
        await memory.gatehouse.keeper.drained()
        assert [one.claimed for one in memory.keeper.kept] == ([source] if source != gb.SOURCE else [])

    gb.play(story, networks)


def test_strangers_wait_where_devices_need_the_room() -> None:
    async def story(memory: hj.DoorInMemory, connect: Any) -> None:
        memory.keeper.is_down = True
        keeper = memory.gatehouse.keeper
        for _ in range(10):
            keeper.keep_strange(strange(size=MOST_BYTES // 8))
        assert keeper._bytes <= MOST_BYTES // 4
        assert not keeper.is_full
        memory.keeper.is_down = False

    hj.play(story)


@given(st.binary(max_size=300))
def test_no_password_is_kept_whatever_stands_around_it(rest: bytes) -> None:
    kept = without_password(b"PW=lantern;" + rest)
    assert b"lantern" not in kept.partition(CONTENT.encode())[0] or b"lantern" in rest
    assert without_password(kept) == kept


# In the database


@pytest.mark.django_db
def test_a_copy_is_kept_once_and_an_address_has_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    bound(monkeypatch, messages_per_address=3)
    keep_strange([strange(), strange(), *(strange(value=number) for number in range(9)), strange(address="192.0.2.8", value=50)])
    held = StrangersMessage.objects.order_by("address").values_list("address", flat=True)
    assert list(held) == ["192.0.2.7"] * 3 + ["192.0.2.8"]


@pytest.mark.django_db
@pytest.mark.parametrize("bounds", [{"messages_per_door": 6}, {"bytes_per_door": 1000}])
def test_where_a_door_is_full_who_has_most_gives_way(bounds: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    bound(monkeypatch, **bounds)
    keep_strange([strange(value=1, address="192.0.2.8", minutes=99)])
    for number in range(20):
        keep_strange([strange(value=number, address="192.0.2.7", minutes=50 - number)])
    held = StrangersMessage.objects.all()
    assert held.filter(address="192.0.2.8").count() == 1
    assert held.count() <= 6 or sum(one.size for one in held) <= 1000
    latest = held.filter(address="192.0.2.7").latest("arrived_at")
    assert latest.arrived_at == NOW - timedelta(minutes=31), "the oldest went"


@pytest.mark.django_db
def test_after_some_days_it_goes() -> None:
    days = quarantine_policy().strangers.days
    keep_strange([strange(minutes=days * 1440 + 1), strange(value=8, minutes=days * 1440 - 1)])
    assert not drop_old_strange(now=NOW)
    assert StrangersMessage.objects.count() == 1


@pytest.fixture
def keeper(db: None) -> User:
    return make_person("rule_engineer", LICANG)


def device(code: str = "well-1") -> Device:
    return Device.objects.get(code=code)


def test_once_it_is_registered_one_press_reads_it(keeper: User) -> None:
    """At the time that they tell; what is of another name stays."""
    keep_strange([strange(value=7.5), strange(value=8.5, address="192.0.2.9", minutes=5), strange("well-2")])
    register("well-1")
    made = take_over_messages(actor=keeper, device_id=device().pk, now=NOW)
    assert made.found == 2
    assert [value for _sensor, _ts, value in rows(run())] == [7.5, 8.5]
    assert StrangersMessage.objects.get().claimed == "well-2"
    assert not KeptMessage.objects.exists()
    assert KeptRoom.objects.get().size == 0
    entry = AuditEntry.objects.get(action="quarantine.taken_over")
    assert (entry.actor_id, entry.details["addresses"]) == (keeper.pk, ["192.0.2.7", "192.0.2.9"])
    with pytest.raises(InvalidInput, match="Nothing is kept"):
        take_over_messages(actor=keeper, device_id=device().pk, now=NOW)


def test_a_transmitter_takes_over_what_came_from_its_networks(keeper: User) -> None:
    content = gb.state(2)
    for address in ("10.8.0.7", "192.0.2.7"):
        keep_strange([Strange("00000000000a", address, "gb26875", Form.GB26875, content + address.encode(), NOW)])
    register("well-1")
    enter_transmitter(actor=system_actor(), device_code="well-1", source="00000000000a", networks="10.8.0.0/16")
    assert take_over_messages(actor=keeper, device_id=device().pk, now=NOW).found == 1
    assert StrangersMessage.objects.get().address == "192.0.2.7"


def test_nobody_takes_over_beyond_their_reach(keeper: User) -> None:
    keep_strange([strange()])
    register("well-1", region=SHINAN)
    with pytest.raises(NotAllowed):
        take_over_messages(actor=keeper, device_id=device().pk, now=NOW)


def test_on_the_pages_and_by_the_api(keeper: User, client: Client) -> None:
    """The device's keeper reads of it on its page, who sees everywhere in the list; nobody else."""
    keep_strange([strange(), strange(value=9)])
    everywhere = signed_in(make_person("rule_engineer", "000000"))
    (sender,) = everywhere.get("/api/v1/sensing/senders").json()
    assert (sender["claimed"], sender["addresses"], sender["messages"]) == ("well-1", ["192.0.2.7"], 2)
    assert "Senders that are not registered" in everywhere.get("/sensing/quarantine/kept/").content.decode()
    client = signed_in(keeper)
    assert client.get("/api/v1/sensing/senders").json() == []
    assert "Senders that are not registered" not in client.get("/sensing/quarantine/kept/").content.decode()
    register("well-1")
    page = client.get(f"/sensing/devices/{device().pk}/").content.decode()
    assert "From before it was registered" in page
    assert "192.0.2.7" in page
    answer = client.post(f"/sensing/quarantine/kept/before/{device().pk}/", follow=True).content.decode()
    assert "2 messages are being read." in answer
    assert "From before it was registered" not in answer
    assert len(rows(run())) == 2
    again = client.post(f"/api/v1/sensing/devices/{device().pk}/messages-before")
    assert (again.status_code, again.json()["message"]) == (400, "Nothing is kept from before this device was registered.")


# No more place


def test_that_there_is_no_more_place_is_told_once_until_there_is(keeper: User, monkeypatch: pytest.MonkeyPatch) -> None:
    administrator = make_person("system_administrator", "000000")
    chosen = quarantine_policy()
    changed: Any = msgspec.structs.replace(chosen, kept=msgspec.structs.replace(chosen.kept, bytes_in_all=1 << 20))
    monkeypatch.setattr(full_room, "quarantine_policy", lambda: changed)
    register("well-1")

    def told() -> dict[Any, list[Notice]]:
        full_room.tell_full_room(now=NOW + timedelta(seconds=Notice.objects.count()))
        found: dict[Any, list[Notice]] = {}
        for one in Notice.objects.filter(purpose="kept_room").order_by("key"):
            found.setdefault(one.person_id, []).append(one)
        return found

    keep(unread("well-1", b"x" * 900_000, minutes=5))
    assert told() == {}
    keep(unread("well-1", b"y" * 100_000, minutes=4))
    for _ in range(3):
        assert {person: len(notices) for person, notices in told().items()} == {administrator.pk: 1, keeper.pk: 1}
    (of_keeper,), (of_administrator,) = told()[keeper.pk], told()[administrator.pk]
    assert "1 MiB are kept, most of them of well-1" in room_texts([of_keeper])[of_keeper.pk]
    assert room_page(of_keeper) == "/sensing/quarantine/kept/?device=well-1"
    assert room_page(of_administrator) == room_page(of_keeper), "an administrator keeps devices, too"
    drop_messages(KeptMessage.objects.all())
    assert {one.fate for notices in told().values() for one in notices} == {"superseded"}
    keep(unread("well-1", b"z" * 1_000_000))
    assert {len(notices) for notices in told().values()} == {2}
