"""What is kept is bounded: of a device, in all, in days; nobody's flood takes another's room, and what is dropped is counted."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.sensing.rereading.asides import NOW, keep, register, unread
from tocsin.sensing.quarantine.models import KeptMessage, KeptRoom
from tocsin.sensing.quarantine.policy import quarantine_policy
from tocsin.sensing.quarantine.services import keeping
from tocsin.sensing.quarantine.services.keeping import drop_old

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _devices() -> None:
    register("well-1", "well-2")


def bound(monkeypatch: pytest.MonkeyPatch, **figures: int) -> None:
    chosen = quarantine_policy()
    changed: Any = msgspec.structs.replace(chosen, kept=msgspec.structs.replace(chosen.kept, **figures))
    monkeypatch.setattr(keeping, "quarantine_policy", lambda: changed)


def room(code: str) -> tuple[int, int, int]:
    found = KeptRoom.objects.get(device__code=code)
    messages = KeptMessage.objects.filter(device__code=code)
    assert (found.messages, found.size) == (messages.count(), sum(one.size for one in messages))
    return found.messages, found.size, found.dropped


def test_a_device_has_room_for_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    bound(monkeypatch, messages_per_device=3)
    keep(*(unread("well-1", {"wind": number}, minutes=10 - number) for number in range(2)))
    keep(*(unread("well-1", {"wind": number}, minutes=8 - number) for number in range(4)), unread("well-2", {"wind": 1}))
    assert room("well-1")[::2] == (3, 3)
    assert room("well-2")[::2] == (1, 0)
    assert KeptRoom.objects.get(device__code="well-1").last_dropped_at == NOW - timedelta(minutes=5)


def test_and_for_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    bound(monkeypatch, bytes_per_device=100)
    keep(unread("well-1", b"x" * 60), unread("well-1", b"y" * 41), unread("well-1", b"z" * 40))
    assert room("well-1") == (2, 100, 1)
    assert [bytes(one.content)[:1] for one in KeptMessage.objects.order_by("size")] == [b"z", b"x"]


def test_where_all_is_full_who_has_most_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    bound(monkeypatch, bytes_in_all=1000)
    monkeypatch.setattr(keeping, "EVICTED_AT_ONCE", 1)
    keep(*(unread("well-1", b"x" * 100, minutes=100 - number) for number in range(10)))
    keep(*(unread("well-2", b"y" * 100, minutes=50 - number) for number in range(3)))
    assert (room("well-1"), room("well-2")) == ((7, 700, 3), (3, 300, 0))
    oldest = KeptMessage.objects.filter(device__code="well-1").earliest("arrived_at")
    assert oldest.arrived_at == NOW - timedelta(minutes=97)


def test_old_ones_are_dropped_and_counted() -> None:
    days = quarantine_policy().kept.days
    keep(unread("well-1", {"wind": 1}, minutes=days * 1440 + 1), unread("well-1", {"wind": 2}, minutes=days * 1440 - 1))
    assert not drop_old(now=NOW)
    assert room("well-1")[::2] == (1, 1)
    assert not drop_old(now=NOW)
    assert room("well-1")[::2] == (1, 1)


def test_messages_of_nobody_are_not_kept() -> None:
    keep(unread("well-9", {"wind": 1}))
    assert not KeptMessage.objects.exists()


def test_bytes_and_texts_come_back_as_they_were() -> None:
    content = bytes(range(256))
    keep(unread("well-1", content, taken=b"\x00" * 12))
    (found,) = KeptMessage.objects.all()
    assert (bytes(found.content), bytes(found.taken), found.size) == (content, b"\x00" * 12, 268)
    assert "wind" in found.detail
