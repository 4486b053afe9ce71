"""Encrypted frames of HJ 212-2025: the cipher, frames in a stream, the door, and the keys' life."""

import itertools
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.people import make_person
from tests.sensing.test_hj212 import HEAD, REALTIME, Line, now, play
from tests.sensing.test_registry import register
from tocsin.base.keys import Ring
from tocsin.jurisdiction.face import system_actor
from tocsin.records.audit.models import AuditEntry
from tocsin.screens.clock import current_time
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.services import credentials
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.doors.rules.hj212_frames import Frame, Splitter, checksum, frame
from tocsin.sensing.frame_keys.models import FrameKey
from tocsin.sensing.frame_keys.policy import frame_keys_policy
from tocsin.sensing.frame_keys.queries import KnownKey, frame_keys_version, known_frame_keys
from tocsin.sensing.frame_keys.rules import BLOCK_BYTES, decrypted, encrypted
from tocsin.sensing.frame_keys.services import renew_frame_key, seal_frame_keys_anew, withdraw_frame_key
from tocsin.sensing.quarantine.rules import Reason

KEY, OTHER = bytes(range(16)), bytes(16)
OF_THE_STANDARD = bytes.fromhex("0123456789abcdeffedcba9876543210")
"""Key and plain text of the first example of GB/T 32907-2016, appendix A; what comes of them stands in the test."""
EVER = float("inf")


def sent(segment: bytes, key: bytes = KEY) -> bytes:
    """A frame whose content is encrypted and whose checksum is that of the plain text."""
    return b"##%04d%b%04X\r\n" % (len(segment), encrypted(segment, key), checksum(segment))


def plain(content: str) -> bytes:
    return f"{HEAD}CP=&&{content}&&".encode()


def test_the_cipher_is_the_standard_s() -> None:
    told = encrypted(b"MN=1;CP=&&" + OF_THE_STANDARD + b"tail&&", OF_THE_STANDARD)
    assert told == b"MN=1;CP=&&" + bytes.fromhex("681edf34d206965e86b3e94f536e4246") + b"tail&&"


@given(st.binary(max_size=90), st.binary(min_size=16, max_size=16))
def test_whole_blocks_are_changed_where_they_stand_and_nothing_else(content: bytes, key: bytes) -> None:
    segment = HEAD.encode() + b"CP=&&" + content + b"&&"
    made = encrypted(segment, key)
    start, whole = len(HEAD) + 5, len(content) // BLOCK_BYTES * BLOCK_BYTES
    assert len(made) == len(segment)
    assert made[:start] == segment[:start] and made[start + whole :] == segment[start + whole :]
    assert decrypted(made, key) == segment
    assert all(made[at : at + BLOCK_BYTES] != segment[at : at + BLOCK_BYTES] for at in range(start, start + whole, BLOCK_BYTES))


SEGMENTS = [plain(f"DataTime=20260103080000;a{number}-Rtd={number}") for number in range(3)]
STREAM = sent(SEGMENTS[0]) + frame(SEGMENTS[1]) + b"ICCID:89860\r\n" + sent(SEGMENTS[2], OTHER)


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_any_cutting_gives_the_same_frames_and_either_key_is_tried(cuts: list[int]) -> None:
    splitter = Splitter(lambda mn: [OTHER, KEY] if mn == "M1" else [])
    places = sorted({0, len(STREAM), *cuts})
    found = [one for start, end in itertools.pairwise(places) for one in splitter.feed(STREAM[start:end])]
    frames = [one for one in found if isinstance(one, Frame)]
    assert frames == [Frame(SEGMENTS[0], was_encrypted=True), Frame(SEGMENTS[1]), Frame(SEGMENTS[2], was_encrypted=True)]


def test_without_the_key_it_is_told_and_nothing_behind_it_is_lost() -> None:
    found = list(Splitter().feed(sent(SEGMENTS[0]) + frame(SEGMENTS[1])))
    assert isinstance(found[0], Fault) and "encrypts by a key" in str(found[0].why)
    assert found[-1] == Frame(SEGMENTS[1])


def test_an_encrypted_frame_is_in_the_log_before_it_is_answered() -> None:
    async def story(memory, connect) -> None:  # type: ignore[no-untyped-def]  # as `play` has it
        code = re.search(rb"MN=(\w+)", REALTIME)
        assert code
        memory.gatehouse.registry.frame_keys = {code[1].decode(): (KnownKey(OTHER, 0.0), KnownKey(KEY, EVER))}
        line: Line = await connect()
        segment = now(REALTIME)[6:-6].replace(b"Flag=5", b"Flag=9")
        line.send(sent(segment))
        answer = await line.answer()
        assert "CN=9014" in answer and "Flag=8" in answer
        assert sorted((sensor, value) for sensor, _ts, value in memory.log.rows()) == [(3, 12.5), (4, 31.2)]
        line.send(sent(segment, OTHER) + frame(segment))
        await line.answer()
        assert memory.reasons() == {Reason.UNREADABLE: 1}, "a key that holds no longer is not tried"

    play(story)


@pytest.mark.django_db
def test_a_new_key_leaves_the_one_before_some_days() -> None:
    register()
    device, at = Device.objects.get(), current_time()
    before = frame_keys_version()
    first = renew_frame_key(actor=system_actor(), device_id=device.pk, now=at)
    assert known_frame_keys() == {"well-1": (KnownKey(bytes.fromhex(first), EVER),)}
    second = renew_frame_key(actor=system_actor(), device_id=device.pk, now=at)
    until = (at + timedelta(days=frame_keys_policy().overlap_days)).timestamp()
    assert known_frame_keys() == {
        "well-1": (KnownKey(bytes.fromhex(second), EVER), KnownKey(bytes.fromhex(first), pytest.approx(until)))
    }
    assert frame_keys_version() > before
    kept = json.dumps([*AuditEntry.objects.values_list("details", flat=True), *FrameKey.objects.values_list("sealed", "earlier")])
    assert first not in kept and second not in kept
    withdraw_frame_key(actor=system_actor(), device_id=device.pk)
    assert known_frame_keys() == {}


@pytest.mark.django_db
def test_keys_outlive_a_new_secret_of_the_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring(tmp_path)
    monkeypatch.setattr("tocsin.base.keys._ring", [ring])
    register()
    device, at = Device.objects.get(), current_time()
    for _ in range(2):
        renew_frame_key(actor=system_actor(), device_id=device.pk, now=at)
    before, sealed = known_frame_keys(), FrameKey.objects.get().sealed
    ring.replace(at=at)
    assert known_frame_keys() == before
    assert (done := seal_frame_keys_anew(after=0, limit=10)).done == 1 and done.lost == 0
    assert FrameKey.objects.get().sealed != sealed
    assert known_frame_keys() == before
    assert seal_frame_keys_anew(after=0, limit=10).done == 0, "done twice"


@pytest.mark.django_db
def test_a_key_is_shown_once_on_its_page_and_by_the_api(client: Client) -> None:
    register()
    device = Device.objects.get()
    client.force_login(make_person("rule_engineer"))
    client.cookies["django_language"] = "en"
    page = f"/sensing/devices/{device.pk}/"
    assert "Encrypted frames" not in client.get(page).content.decode(), "only for who speaks HJ 212"
    credentials.renew_access_password(actor=system_actor(), device_id=device.pk)
    assert "has no key yet" in client.get(page).content.decode()
    made = client.post(f"{page}frame-key/renew/")
    (key,) = re.findall(r"<span>([0-9a-f]{32})</span>", made.content.decode())
    assert key not in client.get(page).content.decode()
    asked = f"/api/v1/sensing/devices/{device.pk}/frame-key"
    newer = client.post(asked)
    assert newer.status_code == 201
    assert [one.key.hex() for one in known_frame_keys()["well-1"]] == [newer.json()["key"], key]
    assert client.get(asked).json()["earlier_until"] and not client.get(asked).json()["is_old"]
    FrameKey.objects.update(made_at=current_time() - timedelta(days=frame_keys_policy().renew_days + 1))
    assert "make a new one" in client.get(page).content.decode()
    assert client.delete(asked).status_code == 204
    assert client.get(asked).json()["made_at"] is None
    client.post(f"{page}frame-key/withdraw/")
