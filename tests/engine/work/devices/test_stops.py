"""What tells a plant that stops suddenly from an early end of work, a line that stands ready, and a supply that comes back."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.engine.work.devices.drawing import DAYS, METERS, A, Plant, at, episodes_of, level, plant, sudden
from tocsin.engine.work.firm import Firm, Meter, Role

EVENING = at(30, 18)


def chances(firm: Firm) -> list[float]:
    """Probabilities of the sudden stops that are listed."""
    return [probability for _, probability, _ in sudden(firm)]


def lines_at(made: Plant, share: float, begin: int, end: int) -> None:
    """Both lines draw a share of their power at work."""
    level(made, "L1", 450.0 * share, begin, end)
    level(made, "L2", 300.0 * share, begin, end)


def dark(made: Plant, begin: int, end: int) -> None:
    """Lines and their devices at rest."""
    lines_at(made, 0.01, begin, end)
    for meter in ("D1", "D2a", "D2b"):
        level(made, meter, 0.2, begin, end)


def crew_goes_home(made: Plant) -> None:
    lines_at(made, 0.01, A + 4, EVENING)
    level(made, "OFFICE", 3.0, A + 4, EVENING)


def only_the_office_goes_dark(made: Plant) -> None:
    level(made, "OFFICE", 3.0, A + 4, EVENING)


def only_the_machines_are_put_out(made: Plant) -> None:
    lines_at(made, 0.01, A + 4, EVENING)


def crew_stays(made: Plant) -> None:
    """Machines stand ready and the office is lit, as it is on any day."""


@pytest.mark.parametrize(
    ("then", "believed"),
    [(crew_stays, True), (crew_goes_home, False), (only_the_office_goes_dark, False), (only_the_machines_are_put_out, False)],
)
def test_people_who_go_home_make_an_early_end_of_a_fall(then: Callable[[Plant], None], believed: bool) -> None:
    made = plant()
    lines_at(made, 0.06, A, EVENING)
    then(made)
    (chance,) = chances(made.firm())
    assert (chance >= 0.5) is believed


def test_where_people_can_not_be_seen_they_count_for_nothing() -> None:
    """Less than where they stay, more than where they leave."""

    def chance(spoil: Callable[[Plant], None]) -> float:
        made = plant()
        dark(made, A, EVENING)
        spoil(made)
        firm = made.firm()
        kept = [row for row, meter in enumerate(METERS) if meter.role is not Role.OFFICE]
        return chances(replace(firm, meters=tuple(METERS[row] for row in kept), kw=firm.kw[kept], quality=firm.quality[kept]))[0]

    def nobody_is_seen(made: Plant) -> None:
        level(made, "OFFICE", 3.0, A, EVENING)

    def ready(made: Plant) -> None:
        lines_at(made, 0.06, A, EVENING)

    def ready_for_an_hour(made: Plant) -> None:
        lines_at(made, 0.06, A, A + 4)
        level(made, "OFFICE", 3.0, A + 4, EVENING)

    assert chance(ready_for_an_hour) < chance(nobody_is_seen) < chance(ready)


def test_people_who_stay_say_that_the_plant_was_to_work_on() -> None:
    """It often ended early, though it is registered until eleven; with people there a fall at eight is no such end."""

    def listed(share: float) -> int:
        made = plant()
        for day in range(4, 30, 3):
            dark(made, at(day, 20.75), at(day, 23))
        dark(made, at(30, 20), at(30, 23))
        lines_at(made, share, at(30, 20), at(30, 23))
        return sum(each.start_ms == made.firm().days.ms(at(30, 20)) for each in episodes_of(made.firm()))

    assert (listed(0.06), listed(0.01)) == (1, 0)


def with_a_spare_line(made: Plant, share: float) -> Firm:
    """A third line that is only kept ready while the others work, at a share of their power."""
    works = made.kw["L1"] > 225.0
    works[A:EVENING] = True
    extra = np.where(works, 750.0 * share * (1.0 + 0.02 * np.sin(np.arange(DAYS * 96) * 0.7)), 0.5).astype(np.float32)
    firm = made.firm()
    kw = np.vstack([firm.kw, extra[None]])
    kw[0] += extra
    quality = np.vstack([firm.quality, np.zeros_like(firm.quality[:1])])
    return replace(firm, meters=(*METERS, Meter("L3", Role.PROCESS, None, None, 100.0)), kw=kw, quality=quality)


@pytest.mark.parametrize("left", [0.01, 0.2])
@pytest.mark.parametrize(("spare", "stops"), [(0.04, True), (0.4, False)])
def test_a_spare_line_that_is_kept_ready_is_not_the_plant(left: float, spare: float, stops: bool) -> None:
    """Neither one that was stopped before the others nor one that goes on, unless it draws as much as a line at work."""
    made = plant()
    lines_at(made, left, A, EVENING)
    assert any(chance >= 0.5 for chance in chances(with_a_spare_line(made, spare))) is stops


@pytest.mark.parametrize(("steps", "count"), [((0.33, 0.33, 0.33, 0.01), 1), ((0.33, 0.25, 0.17, 0.09), 0)])
def test_a_furnace_may_be_held_and_put_out_but_not_ebb_away(steps: tuple[float, ...], count: int) -> None:
    made = plant()
    lines_at(made, 0.01, A, EVENING)
    for place, share in enumerate(steps):
        lines_at(made, share, A + place, A + place + 1)
    assert len(chances(made.firm())) == count


def cut(made: Plant, quarters: int) -> Firm:
    for meter in made.kw:
        made.kw[meter][A : A + quarters] = 0.0
    return made.firm()


@pytest.mark.parametrize(
    ("shares", "count"), [((0.01, 0.01, 0.01), 1), ((0.27, 0.27, 0.27), 1), ((0.1, 0.2, 0.35), 0), ((0.01,), 0)]
)
def test_behind_a_cut_a_plant_that_stands_still_has_stopped(shares: tuple[float, ...], count: int) -> None:
    """At rest or ready for three quarters of an hour; one that runs up slowly only waited for its supply."""
    made = plant()
    for place, share in enumerate(shares, 6):
        lines_at(made, share, A + place, A + place + 1)
    assert len(chances(cut(made, 6))) == count


def test_a_plant_that_stands_ready_behind_a_short_cut_fell_with_it() -> None:
    made = plant()
    lines_at(made, 0.27, A + 4, A + 9)
    assert len(chances(cut(made, 4))) == 1
