"""Frames of drawn scenes, whole and damaged: what the engine says of each, and what must not change what it says."""

import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.vision import scenes
from tocsin.engine.frames.health import (
    CameraFault,
    FaultStanding,
    FrameFigures,
    HealthLimits,
    differs,
    edge_width,
    faults_of,
    fingerprint,
    follow,
    gravest,
    likeness,
    measure,
    scene_of,
)
from tocsin.engine.frames.pictures import Floats, blocks, working_picture
from tocsin.vision.health.policy import health_limits, health_policy

pytestmark = [pytest.mark.one_database, pytest.mark.django_db]
NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
SEEDS = range(4)
DOCS = Path(__file__).parents[2] / "docs" / "recognition.md"

CASES: dict[str, tuple[str, Callable[[Image.Image, int], Image.Image]]] = {
    "another noise": ("", lambda image, seed: image),
    "half the light": ("", lambda image, seed: scenes.shaded(image, 0.5)),
    "a quarter of the light": ("", lambda image, seed: scenes.shaded(image, 0.25)),
    "1.4 times the light": ("", lambda image, seed: scenes.shaded(image, 1.4)),
    "shaken by half a percent": ("", lambda image, seed: scenes.shifted(image, 6, 4)),
    "slightly soft (2 px)": ("", lambda image, seed: scenes.blurred(image, 4)),
    "a lorry before a quarter": ("", lambda image, seed: scenes.hidden(image, (0.3, 0.3, 0.6, 0.9), 30)),
    "lens cap": ("dark", lambda image, seed: scenes.shaded(image, 0.04)),
    "lamp into the lens": ("bright", lambda image, seed: image.point(lambda level: 225 + level // 10)),
    "cloth over three quarters": ("covered", lambda image, seed: scenes.hidden(image, (0, 0, 0.77, 1))),
    "paint over all": ("covered", lambda image, seed: scenes.hidden(image, (0, 0, 1, 1), 120)),
    "out of focus (4 px)": ("blurred", lambda image, seed: scenes.blurred(image, 8)),
    "out of focus (8 px)": ("blurred", lambda image, seed: scenes.blurred(image, 16)),
    "turned by a tenth": ("moved", lambda image, seed: scenes.shifted(image, 128)),
    "turned by a twentieth": ("moved", lambda image, seed: scenes.shifted(image, 64)),
    "tilted by 8 degrees": ("moved", lambda image, seed: image.rotate(8)),
    "looks elsewhere": ("moved", lambda image, seed: scenes.scene(seed + 500)),
}


def read(data: bytes) -> Floats:
    return working_picture(np.asarray(Image.open(io.BytesIO(data)).convert("L")))


@pytest.fixture(scope="module")
def references() -> dict[int, Floats]:
    return {seed: read(scenes.taken(scenes.scene(seed), 1000 + seed)) for seed in SEEDS}


@pytest.fixture
def limits() -> HealthLimits:
    return health_limits(health_policy())


def judged(picture: Floats, references: list[Floats], limits: HealthLimits) -> str:
    found = faults_of(measure(picture, references, limits_plain()), limits)
    return min((one.value for one in found), default="")


def limits_plain() -> float:
    return health_policy().picture.plain_level


def test_the_table_of_the_docs_is_what_the_engine_says(references: dict[int, Floats], limits: HealthLimits) -> None:
    """Every scene in every condition: what is told stands in the docs, wrong ones included."""
    rows = []
    for name, (meant, change) in CASES.items():
        told = Counter(
            judged(read(scenes.taken(change(scenes.scene(seed), seed), seed)), [references[seed]], limits) for seed in SEEDS
        )
        rows.append(f"| {name} | {meant or 'in order'} | {told[meant]} of {len(SEEDS)} |")
        assert told[meant] == len(SEEDS), (name, told)
    text = DOCS.read_text(encoding="utf-8")
    assert [one for one in rows if one not in text] == []


def test_without_a_reference_nothing_is_told_that_one_frame_can_not_say(limits: HealthLimits) -> None:
    looks = {seed: judged(read(scenes.taken(scenes.scene(seed), seed)), [], limits) for seed in SEEDS}
    assert set(looks.values()) == {""}
    assert judged(read(scenes.taken(scenes.blurred(scenes.scene(1), 9), 1)), [], limits) == "blurred"
    assert judged(read(scenes.taken(scenes.hidden(scenes.scene(1), (0, 0, 1, 1)), 1)), [], limits) == "covered"


def test_a_second_reference_by_night_keeps_the_camera_in_order(references: dict[int, Floats], limits: HealthLimits) -> None:
    """By infrared light and dark change places: against the day alone it looks moved, with a reference by night it doesn't."""
    night = scenes.shaded(Image.eval(scenes.scene(3), lambda level: 255 - level), 0.6)
    picture = read(scenes.taken(night, 7))
    assert judged(picture, [references[3]], limits) == "moved"
    assert judged(picture, [references[3], read(scenes.taken(night, 8))], limits) == ""


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), gain=st.floats(0.4, 1.2), other=st.integers(0, 10_000))
def test_light_and_noise_change_neither_scene_nor_edges(seed: int, gain: float, other: int) -> None:
    image = scenes.scene(seed)
    before, after = (read(scenes.taken(one, number)) for one, number in ((image, seed), (scenes.shaded(image, gain), other)))
    assert likeness(scene_of(after), scene_of(before)) > 0.9
    assert likeness(scene_of(before), scene_of(before)) == pytest.approx(1, abs=1e-5)
    widths = edge_width(before), edge_width(after)
    if None not in widths:
        assert widths[1] == pytest.approx(widths[0], rel=0.35)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000), softer=st.floats(3, 8))
def test_what_is_more_blurred_has_wider_edges(seed: int, softer: float) -> None:
    image = scenes.scene(seed)
    widths = [edge_width(read(scenes.taken(scenes.blurred(image, one), seed))) for one in (0.1, softer, 2 * softer)]
    known = [one for one in widths if one is not None]
    assert known == sorted(known)


def test_a_repeated_frame_is_frozen_with_or_without_a_clock_and_a_living_one_is_not() -> None:
    image = scenes.scene(5)
    first, second = (fingerprint(read(scenes.taken(image, 1, noise=0))) for _ in range(2))
    assert first == second and not differs(first, second, 0.05)
    ticks = [fingerprint(read(scenes.taken(scenes.with_clock(image, f"08:00:{tick:02d}"), 1, noise=0))) for tick in (1, 2)]
    assert ticks[0] != ticks[1] and not differs(*ticks, 0.05)
    living = [fingerprint(read(scenes.taken(image, seed, noise=1.5))) for seed in (1, 2)]
    assert differs(*living, 0.05)
    walks = fingerprint(read(scenes.taken(scenes.hidden(image, (0.5, 0.5, 0.8, 0.9)), 1, noise=0)))
    assert differs(first, walks, 0.05)


def test_the_working_picture_is_the_mean_of_its_pixels_at_any_size() -> None:
    random = np.random.default_rng(1)
    for shape in ((720, 1280), (1080, 1920), (90, 160), (480, 704)):
        grey = random.integers(0, 256, shape, dtype=np.uint8)
        made = working_picture(grey)
        assert made.shape == (360, 640)
        assert abs(float(made.mean()) - float(grey.mean())) < 3
    assert float(blocks(working_picture(np.full((720, 1280), 9, np.uint8)), 40).std()) == 0
    with pytest.raises(ValueError, match="smaller"):
        working_picture(np.zeros((89, 160), np.uint8))


def told(text: str, limits: HealthLimits) -> list[str]:
    """Walks a time line “second:fault+fault”; tells what was raised (+) and ended (-) at which second."""
    standing: dict[CameraFault, FaultStanding] = {}
    lines = []
    for part in text.split():
        second, _, names = part.partition(":")
        found = {CameraFault(one) for one in names.split("+") if one}
        followed = follow(standing, found, NOW + timedelta(seconds=int(second)), limits)
        standing = dict(followed.standing)
        lines += [f"{second}+{one}" for one in followed.raised] + [f"{second}-{one}" for one in followed.ended]
    return lines


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("0:dark 30:dark 59:dark", []),
        ("0:dark 30:dark 60:dark", ["60+dark"]),
        ("0:dark 30: 60:dark 90:dark", []),  # between them it was in order
        ("0:covered 60:covered 90: 200:covered 210:", ["60+covered"]),  # not gone for long enough
        ("0:covered 60:covered 90: 209:", ["60+covered"]),
        ("0:covered 60:covered 90: 210:", ["60+covered", "210-covered"]),
        ("0:frozen", ["0+frozen"]),
        ("0:clock 5:clock 10: 130:", ["0+clock", "130-clock"]),
        ("0:dark+clock 60:dark+clock", ["0+clock", "60+dark"]),
    ],
)
def test_what_lasts_is_told_and_what_passes_is_not(line: str, what: list[str], limits: HealthLimits) -> None:
    assert told(line, limits) == what


def test_the_gravest_is_the_state_and_a_dark_picture_hides_what_else_could_be_said(limits: HealthLimits) -> None:
    dark = FrameFigures(low=1, high=10, plain=1.0, lost=1.0, edge_px=20.0, likeness=-1.0, still_s=9999.0, clock_s=-31.0)
    assert faults_of(dark, limits) == {CameraFault.DARK, CameraFault.FROZEN, CameraFault.CLOCK}
    unknown = FrameFigures(low=50, high=200, plain=0.1)
    assert faults_of(unknown, limits) == frozenset()
    standing = {
        CameraFault.CLOCK: FaultStanding(NOW, NOW),
        CameraFault.MOVED: FaultStanding(NOW, NOW),
        CameraFault.DARK: FaultStanding(NOW),
    }
    assert gravest(standing) == (CameraFault.MOVED, NOW)
    assert gravest({}) is None
