"""Poor recognisers mute themselves, are heard again, and are tuned by what a person saw; the mask drops nothing outside of it."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.pages import words_of
from tests.people import make_person, signed_in
from tests.usual_bodies import usual_bodies
from tests.vision.test_cameras import CODE
from tests.vision.test_precision import NOW, PAST, decided
from tests.vision.test_precision import camera as camera
from tests.vision.test_sightings import make_sender
from tocsin.base.errors import Conflict
from tocsin.engine.sightings.precision import SIDE, Past, passes, propose_mask, try_mask, try_threshold
from tocsin.notices.face import Notice
from tocsin.vision.cameras.models import Camera
from tocsin.vision.precision import policy
from tocsin.vision.precision.queries import muted_tunings, pasts_of
from tocsin.vision.precision.services import mute_poor, switch_on
from tocsin.vision.sightings.models import Recognition, Sighting, Tuning
from tocsin.vision.sightings.rules.events import NewEvent
from tocsin.vision.sightings.services import intake, judging, tuning

CELLS = st.frozensets(st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1)), max_size=20)
PLACES = st.tuples(st.floats(0, 1), st.floats(0, 1))


@pytest.mark.one_database
@given(CELLS, PLACES, st.floats(0, 1), st.none() | st.floats(0, 1))
def test_a_mask_drops_nothing_that_lies_outside(
    cells: frozenset[tuple[int, int]], place: tuple[float, float], score: float, threshold: float | None
) -> None:
    within = any(
        column / SIDE <= place[0] and (place[0] < (column + 1) / SIDE or column == SIDE - 1)
        and row / SIDE <= place[1] and (place[1] < (row + 1) / SIDE or row == SIDE - 1)
        for column, row in cells
    )  # fmt: skip
    counts = passes(score, place, threshold=threshold, cells=cells)
    assert counts == (not within and (threshold is None or score >= threshold))


@pytest.mark.one_database
@given(PAST, st.integers(1, 4), st.floats(0, 1))
def test_what_is_in_force_keeps_what_the_trial_said(past: list[Past], least: int, threshold: float) -> None:
    cells = propose_mask(past, least=least)
    for trial, told in (
        (try_mask(past, cells), {"threshold": None, "cells": cells}),
        (try_threshold(past, threshold), {"threshold": threshold, "cells": frozenset()}),
    ):
        kept = [one for one in past if passes(one.score, one.place, **told)]  # type: ignore[arg-type]  # two rows of a table
        assert (sum(one.true for one in kept), len(kept)) == (trial.left.confirmed, trial.left.count)


def send(kind: str = "smoking", *, score: float = 0.9, x: float = 0.5, version: str = "1", first: int = 0) -> None:
    events = [
        NewEvent(
            camera=CODE,
            event_id=f"{version}-{first + one}",
            kind=kind,
            at=NOW + timedelta(seconds=first + one * 2),
            score=score,
            box=(x, 0.1, 0.05, 0.05),
            model="m",
            version=version,
        )
        for one in range(5)
    ]
    intake.take_events(actor=make_sender(), events=events, now=NOW)
    judging.judge_events(now=NOW + timedelta(seconds=30))


def poor(camera: Camera, count: int = 12) -> None:
    usual_bodies(camera.region_code)
    for one in range(count):
        decided(camera, true=False, score=0.72, days=1 + one, x=0.9)
    Recognition.objects.update(version="1")


def new_ones() -> int:
    return Sighting.objects.filter(verdict="waiting").count()


@pytest.mark.django_db
def test_a_poor_kind_is_muted_and_a_new_model_ends_it(camera: Camera, english: None) -> None:
    poor(camera)
    assert mute_poor(now=NOW) == 1
    assert mute_poor(now=NOW) == 0
    assert Notice.objects.filter(purpose="recogniser_muted").exists()
    keeper = make_person("supervisor", "370200")
    assert [one.kind for one in muted_tunings(keeper)] == ["smoking"]
    send(first=0)
    assert new_ones() == 0, "muted"
    assert Recognition.objects.filter(version="1", judged=True, at__gte=NOW).count() == 5, "kept all the same"
    send("no_helmet", first=100)
    assert new_ones() == 1, "the other kind is heard"
    send(version="2", first=200)
    assert new_ones() == 2
    assert Tuning.objects.get().muted_at is None
    assert mute_poor(now=NOW) == 0, "verdicts from before say nothing of the new model"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("figures", "kind", "count", "muted"),
    [
        ({}, "smoking", 12, 1),
        ({}, "smoking", 5, 0),
        ({"mutes": False}, "smoking", 12, 0),
        ({}, "fire", 12, 0),
        ({"mutes_urgent": True}, "fire", 12, 1),
    ],
)
def test_what_policy_mutes(
    camera: Camera, monkeypatch: pytest.MonkeyPatch, figures: dict[str, bool], kind: str, count: int, muted: int
) -> None:
    poor(camera, count)
    Sighting.objects.update(kind=kind)
    now = policy.precision_policy()
    changed = msgspec.structs.replace(now, precision=msgspec.structs.replace(now.precision, **figures))
    for module in ("services", "queries"):
        monkeypatch.setattr(f"tocsin.vision.precision.{module}.precision_policy", lambda: changed)
    assert mute_poor(now=NOW) == muted


@pytest.mark.django_db
def test_a_person_switches_on_what_was_shown(camera: Camera, english: None) -> None:
    poor(camera)
    for one in range(8):
        decided(camera, true=True, score=0.9, days=40 + one, x=0.2)
    mute_poor(now=NOW)
    keeper = camera.registered_by
    browser = signed_in(keeper)
    page = browser.get(f"/vision/precision/{camera.pk}/").content
    assert "true ones kept 8 · false ones spared 12 · true ones lost 0" in " ".join(words_of(page))
    with pytest.raises(Conflict, match="changed meanwhile"):
        switch_on(actor=keeper, camera_id=camera.pk, kind="smoking", proposal="mask", shown="0,0", now=NOW)
    form = {"kind": "smoking", "proposal": "mask", "shown": "7,1"}
    assert signed_in(make_person("inspector")).post(f"/vision/precision/{camera.pk}/switch-on/", form).status_code != 200
    assert not Tuning.objects.filter(tuned_at__isnull=False).exists()
    browser.post(f"/vision/precision/{camera.pk}/switch-on/", form)
    set_one = Tuning.objects.get()
    assert (set_one.mask, set_one.muted_at, set_one.tuned_by) == ([[7, 1]], None, keeper)
    send(x=0.9, first=-900)
    assert new_ones() == 0, "in the mask"
    send(x=0.5, first=-600)
    assert new_ones() == 1, "beside it"
    body = {"kind": "smoking", "proposal": "threshold", "shown": "0.9000"}
    told = browser.post(f"/api/v1/vision/precision/{camera.pk}/tuning", body, content_type="application/json").json()
    assert (told[0]["set_threshold"], told[0]["set_cells"]) == (0.9, [[7, 1]])
    send(score=0.8, first=-300)
    assert new_ones() == 1, "below the threshold"
    tuning.clear(actor=keeper, camera_id=camera.pk, kind="smoking", now=NOW)
    send(score=0.8, x=0.9)
    assert new_ones() == 2
    assert pasts_of(keeper, camera, NOW)[0].tuning is not None
