"""What people and vehicles in a frame amount to: zones, counts, absence; and boxes that are one thing."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.frames.objects import Seen, in_the_whole, one_each, tiles
from tocsin.engine.frames.posture import Body, lies
from tocsin.engine.frames.watching import FrameContents, Looking, WatchedZone, Watching, ZoneMemory, note

pytestmark = pytest.mark.one_database
NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
LEFT = WatchedZone("left", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
NOTHING = ZoneMemory({})


def person(left: float, score: float = 0.5) -> Seen:
    return Seen((left, 0.2, left + 0.1, 0.8), score)


def noted(kind: Looking, *people: Seen, most: int = 0, zones: tuple[WatchedZone, ...] = (LEFT,), **more: object) -> int:
    contents = FrameContents(people=people, **more)  # type: ignore[arg-type]
    return len(note(contents, Watching({kind: zones}, most, 30), NOTHING, NOW)[0])


@pytest.mark.parametrize(
    ("kind", "people", "most", "count"),
    [
        (Looking.ZONE_CROSSED, (0.1, 0.3, 0.7), 0, 2),
        (Looking.ZONE_CROSSED, (0.7,), 0, 0),
        (Looking.ZONE_CROSSED, (0.44,), 0, 1),  # its feet stand at 0.49
        (Looking.ZONE_CROSSED, (0.46,), 0, 0),
        (Looking.OVER_MANNING, (0.1, 0.2, 0.3, 0.7), 2, 1),
        (Looking.OVER_MANNING, (0.1, 0.2, 0.7, 0.8), 2, 0),
        (Looking.PERSON_DOWN, (0.1,), 0, 0),  # nobody of them lies
        (Looking.VEHICLE, (0.1,), 0, 0),
    ],
)
def test_what_counts_stands_in_a_zone(kind: Looking, people: tuple[float, ...], most: int, count: int) -> None:
    assert noted(kind, *(person(one) for one in people), most=most) == count


def test_without_zones_the_whole_picture_counts() -> None:
    assert noted(Looking.ZONE_CROSSED, person(0.7), zones=()) == 1
    assert noted(Looking.PERSON_DOWN, lying=(Seen((0.6, 0.7, 0.9, 0.9), 0.8),), zones=()) == 1
    assert noted(Looking.VEHICLE, vehicles=(Seen((0.6, 0.7, 0.9, 0.9), 0.8),), zones=(LEFT,)) == 0


def test_too_many_people_are_told_with_the_score_of_the_one_too_many_and_a_box_around_all() -> None:
    contents = FrameContents(people=(person(0.1, 0.9), person(0.2, 0.8), person(0.3, 0.4)))
    (one,) = note(contents, Watching({Looking.OVER_MANNING: ()}, 2, 30), NOTHING, NOW)[0]
    assert one.score == 0.4
    assert one.box == pytest.approx((0.1, 0.2, 0.3, 0.6))


def test_a_post_is_left_only_after_it_was_seen_empty_for_as_long_as_policy_says() -> None:
    watching = Watching({Looking.CONTROL_ROOM_LEFT: (LEFT,)}, 0, 30)
    memory, told = NOTHING, []
    for second, people in (
        (0, ()),
        (20, ()),
        (29, (person(0.1),)),
        (50, ()),
        (58, ()),
        (59, ()),
        (90, ()),
        (91, (person(0.2),)),
        (120, ()),
    ):
        found, memory = note(FrameContents(people=people), watching, memory, NOW + timedelta(seconds=second))
        told += [(second, one.score) for one in found]
    assert told == [(59, 0.7), (90, 0.9)]  # somebody passed at 29 and at 91; a beginning is no absence


def test_somebody_outside_of_the_zone_does_not_keep_a_post() -> None:
    watching = Watching({Looking.WATCHER_GONE: (LEFT,)}, 0, 30)
    _none, memory = note(FrameContents(), watching, NOTHING, NOW)
    found, _memory = note(FrameContents(people=(person(0.8),)), watching, memory, NOW + timedelta(seconds=31))
    assert [one.box for one in found] == [(0.0, 0.0, 0.5, 1.0)]


_boxes = st.tuples(st.floats(0, 0.8), st.floats(0, 0.8), st.floats(0.05, 0.2), st.floats(0.05, 0.2), st.floats(0.3, 1))


@given(st.lists(_boxes, max_size=12))
def test_one_box_each_is_the_same_in_any_order_and_again(rows: list[tuple[float, float, float, float, float]]) -> None:
    found = [Seen((left, upper, left + wide, upper + high), score) for left, upper, wide, high, score in rows]
    kept = one_each(found)
    assert one_each(kept) == kept
    if len({one.score for one in found}) == len(found):
        assert one_each(list(reversed(found))) == kept
    assert not found or max(found, key=lambda one: one.score).score == kept[0].score


@given(st.integers(160, 4000), st.integers(90, 4000))
def test_tiles_cover_the_picture_and_are_squares(width: int, height: int) -> None:
    made = tiles(width, height)
    assert made[0] == (0.0, 0.0, 1.0, 1.0)
    assert all(-1e-9 <= one[0] < one[2] <= 1 + 1e-9 and -1e-9 <= one[1] < one[3] <= 1 + 1e-9 for one in made)
    squares = made[1:]
    for left, upper, right, lower in squares:
        assert (right - left) * width == pytest.approx((lower - upper) * height, abs=2)
    for before, after in pairwise(squares):
        assert after[0] <= before[2] and after[1] <= before[3]
    if squares:
        assert squares[-1][2:] == pytest.approx((1.0, 1.0))


def test_a_box_of_a_tile_lies_in_the_whole_where_it_lay_in_the_tile() -> None:
    assert in_the_whole(Seen((0.5, 0.5, 1.0, 1.0), 0.4), (0.5, 0.0, 1.0, 1.0)) == Seen((0.75, 0.5, 1.0, 1.0), 0.4)


@pytest.mark.parametrize(("turned", "lying"), [(0, False), (54, False), (-55, True), (90, True), (180, True)])
def test_who_lies(turned: float, lying: bool) -> None:
    assert lies(Body((0.5, 0.5), 0.3, turned, 0.9), 55.0) is lying
