"""The gate before costly work: a few at once, one for each person, a bounded wait."""

import threading

import pytest

from tocsin.base.errors import Unavailable
from tocsin.base.gate import Gate


def test_two_at_once_and_one_for_each_person() -> None:
    gate = Gate(at_once=2, wait_s=0.0, busy=Unavailable("full"))
    with gate.held("li"):
        with pytest.raises(Unavailable, match="full"), gate.held("li"):
            raise AssertionError("a second place")
        with gate.held("wang"), pytest.raises(Unavailable), gate.held("zhao"):
            raise AssertionError("a third place")
        with gate.held("zhao"):
            pass
    with gate.held(None), gate.held(None):
        pass


def test_a_place_that_comes_free_is_taken_and_a_failure_gives_it_back() -> None:
    gate = Gate(at_once=1, wait_s=10.0, busy=Unavailable("full"))
    waiting, entered = threading.Event(), threading.Event()

    def waits() -> None:
        waiting.set()
        with gate.held("wang"):
            entered.set()

    with pytest.raises(ZeroDivisionError), gate.held("li"):
        other = threading.Thread(target=waits)
        other.start()
        waiting.wait(60)
        assert not entered.is_set()
        _ = 1 / 0
    other.join(60)
    assert entered.is_set()
