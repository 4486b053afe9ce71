"""One works, another stands by, and takes over."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from tocsin.bus.loops import alone as standing_by
from tocsin.bus.loops.alone import alone
from tocsin.bus.models import LoopLease

pytestmark = pytest.mark.django_db(transaction=True)


def holder(name: str, who: str, seconds: float) -> None:
    until = timezone.now() + timedelta(seconds=seconds)
    LoopLease.objects.update_or_create(pk=name, defaults={"holder": who, "until": until})


def test_who_stands_by_begins_when_the_lease_is_free_and_ends_when_it_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing_by, "LOOK_S", 0.02)
    monkeypatch.setattr(standing_by, "HOLD_S", 0.02)
    holder("watch", "elsewhere:1", 600)
    began: list[int] = []
    ended: list[int] = []

    async def work(over: asyncio.Event) -> None:
        began.append(1)
        await over.wait()
        ended.append(1)

    async def until(holds: list[int], count: int) -> None:
        async with asyncio.timeout(60):
            while len(holds) < count:
                await asyncio.sleep(0.01)

    async def story() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(alone("watch", work, stop))
        await asyncio.sleep(0.1)
        assert not began
        await asyncio.to_thread(holder, "watch", "", 0)
        await until(began, 1)
        await asyncio.to_thread(holder, "watch", "elsewhere:1", 600)
        await until(ended, 1)
        await asyncio.to_thread(holder, "watch", "elsewhere:1", -1)
        await until(began, 2)
        stop.set()
        await running

    asyncio.run(story())
    assert (len(began), len(ended)) == (2, 2)
    assert LoopLease.objects.get(pk="watch").holder == ""


def test_what_the_work_raises_ends_it_and_gives_the_lease_back() -> None:
    async def work(over: asyncio.Event) -> None:
        raise ValueError("nothing fits")

    with pytest.raises(ValueError, match="nothing fits"):
        asyncio.run(alone("watch", work, asyncio.Event()))
    assert LoopLease.objects.get(pk="watch").holder == ""
