"""When the sender looks again: at rest seldom, and at the moment at which the next may go."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import pytest

from tocsin.bus.loops.rows import Hands
from tocsin.notices.channels.queries import tables
from tocsin.notices.sending import loops
from tocsin.notices.sending.loops import Senders, sending_notices

if TYPE_CHECKING:
    from tocsin.bus.threads import OwnThread


@pytest.mark.parametrize(
    ("words", "until_s", "comes_back"),
    [
        ("nobody waits", None, False),
        ("one waits for longer than the rest", 60.0, False),
        ("one may go soon", 0.05, True),
        ("one could go, and waits for a cap", -3.0, True),
    ],
)
def test_the_sender_comes_back_when_the_next_may_go(
    words: str, until_s: float | None, comes_back: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "LOOK_AFTER_S", 0.1)
    monkeypatch.setattr(loops, "REST_S", 30.0)
    monkeypatch.setattr(loops, "_open_senders", lambda hands: Senders({}, tables(), hands.wake))
    answers: dict[object, object] = {loops.look_after: 0, loops.exchange: [], loops.seconds_until_next: until_s}

    async def thread(function: Callable[..., object], *_args: Any, **_named: Any) -> object:
        return answers[function]

    async def rounds() -> bool:
        woken = asyncio.Event()
        async with sending_notices(Hands(None, cast("OwnThread", thread), woken.set)) as step:
            await step()
            await asyncio.sleep(0.5)
        return woken.is_set()

    assert asyncio.run(rounds()) is comes_back, words


def test_what_is_written_right_after_a_look_is_looked_after_a_moment_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "LOOK_AFTER_S", 0.3)
    monkeypatch.setattr(loops, "REST_S", 30.0)
    monkeypatch.setattr(loops, "_open_senders", lambda hands: Senders({}, tables(), hands.wake))
    looks = []

    async def thread(function: Callable[..., object], *_args: Any, **_named: Any) -> object:
        looks.extend([1] if function is loops.look_after else [])
        return None if function is loops.seconds_until_next else []

    async def rounds() -> None:
        woken = asyncio.Event()
        async with sending_notices(Hands(None, cast("OwnThread", thread), woken.set)) as step:
            await step()
            await step()  # woken by what was written
            assert len(looks) == 1
            await asyncio.wait_for(woken.wait(), 5.0)
            await step()
        assert len(looks) == 2

    asyncio.run(rounds())
