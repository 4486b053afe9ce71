"""Precision by what people said: Wilson's interval against published figures, proposals tried on the past."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import ZHIFU, make_person, signed_in
from tests.vision.test_cameras import registered
from tocsin.engine.sightings.precision import (
    Past,
    Tally,
    propose_mask,
    propose_threshold,
    try_mask,
    try_threshold,
    wilson,
)
from tocsin.vision.cameras.models import Camera
from tocsin.vision.sightings.models import Recognition, Sighting

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
PAST = st.lists(st.builds(Past, st.floats(0, 1), st.tuples(st.floats(0, 1), st.floats(0, 1)), st.booleans()), max_size=40)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_the_literature(hits: int, count: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3."""
    assert wilson(hits, count) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_interval_holds_the_share(confirmed: int, rejected: int) -> None:
    tally = Tally(confirmed, rejected)
    low, high = tally.interval
    assert 0 <= low <= high <= 1
    assert tally.share is None or low - 1e-12 <= tally.share <= high + 1e-12


@given(PAST, st.sampled_from([0.0, 0.1, 0.5]))
def test_no_score_is_better_than_the_one_proposed(past: list[Past], most_lost: float) -> None:
    found = propose_threshold(past, most_lost=most_lost)
    true = sum(one.true for one in past)
    allowed = [
        trial.spared for one in past if (trial := try_threshold(past, one.score)).lost <= most_lost * true and trial.spared
    ]
    assert (found is None) == (not allowed)
    if found is not None:
        assert try_threshold(past, found).spared == max(allowed)


@given(PAST, st.integers(1, 5))
def test_a_mask_loses_nothing_true(past: list[Past], least: int) -> None:
    trial = try_mask(past, propose_mask(past, least=least))
    assert trial.lost == 0
    assert trial.left.count + trial.spared == len(past)


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Camera:
    stand_at(monkeypatch, NOW)
    return registered(make_person("supervisor"))


def decided(camera: Camera, *, true: bool, score: float, days: float, x: float, settled: bool = True) -> None:
    at = NOW - timedelta(days=days)
    event = Recognition.objects.create(
        camera=camera,
        event_id=f"{true}-{score}-{days}-{x}",
        model="m",
        kind="smoking",
        at=at,
        received_at=at,
        score=score,
        box=[x, 0.1, 0.05, 0.05],
        judged=True,
    )
    Sighting.objects.create(
        camera=camera,
        region_code=camera.region_code,
        kind="smoking",
        asks="finding",
        began_at=at,
        raised_at=at,
        last_at=at,
        count=1,
        best_score=score,
        first=event,
        best=event,
        verdict="confirmed" if true else "rejected",
        settled_at=at if settled else None,
    )


@pytest.mark.django_db
def test_a_camera_page_tells_what_a_threshold_would_have_spared(camera: Camera, english: None) -> None:
    for one in range(6):
        decided(camera, true=False, score=0.72, days=30 + one, x=0.9)
        decided(camera, true=True, score=0.9, days=40 + one, x=0.2)
    decided(camera, true=True, score=0.9, days=200, x=0.2)
    decided(camera, true=True, score=0.9, days=1, x=0.2, settled=False)
    browser = signed_in(make_person("inspector"))
    told = browser.get("/api/v1/vision/precision").json()
    assert [(one["kind"], one["confirmed"], one["rejected"], one["share"]) for one in told] == [("smoking", 6, 6, 0.5)]
    rows = browser.get(f"/api/v1/vision/precision/{camera.pk}").json()
    assert (rows[0]["threshold"]["at"], rows[0]["threshold"]["spared"], rows[0]["threshold"]["lost"]) == (0.9, 6, 0)
    assert rows[0]["mask"]["cells"] == [[7, 1]]
    assert sum(one["confirmed"] + one["rejected"] for one in rows[0]["hours"]) == 12
    assert "50 %" in browser.get("/vision/precision/").content.decode()
    assert "0.90" in browser.get(f"/vision/precision/{camera.pk}/").content.decode()
    elsewhere = signed_in(make_person("inspector", ZHIFU))
    assert elsewhere.get("/api/v1/vision/precision").json() == []
    assert elsewhere.get(f"/vision/precision/{camera.pk}/").status_code == 404
