"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.federation.rules.addresses import require_networks

FILE = Path(__file__).with_name("policy.toml")

type Seconds = Annotated[float, msgspec.Meta(ge=0.2, le=86_400)]
type Score = Annotated[float, msgspec.Meta(ge=0.05, lt=1)]


class FetchingFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often and how much is asked."""

    least_period_s: Seconds
    answer_within_s: Seconds
    longest_retry_s: Seconds
    cameras_a_process: Annotated[int, msgspec.Meta(ge=1, le=500)]
    processes: Annotated[int, msgspec.Meta(ge=1, le=64)]
    health_s: Seconds


class StreamFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a stream may ask of this machine."""

    most_mbit_s: Annotated[float, msgspec.Meta(gt=0, le=200)]
    most_picture_bytes: Annotated[int, msgspec.Meta(ge=100_000, le=50_000_000)]
    key_within_s: Annotated[float, msgspec.Meta(ge=2, le=600)]
    decoded_within_s: Seconds
    decoder_mb: Annotated[int, msgspec.Meta(ge=500, le=8000)]
    side_px: Annotated[int, msgspec.Meta(ge=640, le=4096)]
    certificates: tuple[Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")], ...]


class SeeingFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which scores on something counts."""

    least_object: Score
    least_body: Score
    lying_deg: Annotated[float, msgspec.Meta(ge=30, le=90)]
    absent_s: Seconds
    crop_px: Annotated[int, msgspec.Meta(ge=64, le=1280)]


class ReadingFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What reading text may cost."""

    most_bytes: Annotated[int, msgspec.Meta(ge=100_000, le=20_000_000)]
    side_px: Annotated[int, msgspec.Meta(ge=640, le=4096)]
    within_s: Seconds
    frame_within_s: Seconds
    reader_mb: Annotated[int, msgspec.Meta(ge=800, le=8000)]
    sure: Annotated[float, msgspec.Meta(ge=0.05, lt=1)]
    doubtful: Annotated[float, msgspec.Meta(ge=0, le=5)]


class OwnModelFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a city's own model must be, and what it may cost."""

    most_bytes: Annotated[int, msgspec.Meta(ge=100_000, le=1_000_000_000)]
    most_picture_bytes: Annotated[int, msgspec.Meta(ge=100_000, le=20_000_000)]
    least_precision: Annotated[float, msgspec.Meta(ge=0, le=1)]
    least_truths: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    answered_within_s: Seconds
    model_mb: Annotated[int, msgspec.Meta(ge=500, le=16_000)]
    measured_within_s: Seconds
    kept_versions: Annotated[int, msgspec.Meta(ge=1, le=100)]
    tests_days: Annotated[int, msgspec.Meta(ge=1, le=3650)]


class RecognitionPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    networks: tuple[str, ...]
    fetching: FetchingFigures
    streams: StreamFigures
    seeing: SeeingFigures
    reading: ReadingFigures
    own: OwnModelFigures


def _check(policy: RecognitionPolicy, source: str) -> None:
    require_networks(policy.networks, source)


RECOGNITION = PolicyFile("vision.recognition", FILE, reader(RecognitionPolicy, _check), "自有识别", "Recognition of our own")


def recognition_policy() -> RecognitionPolicy:
    """The policy in force."""
    return RECOGNITION.current()
