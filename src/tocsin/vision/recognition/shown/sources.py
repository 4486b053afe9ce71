"""Sources of frames, the models that Tocsin carries and text in pictures as people and programs read them."""

from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.engine.frames.expected import ReadVerdict, compare
from tocsin.engine.frames.watching import Looking
from tocsin.vision.cameras.shown import kind_name
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.queries import folder_of
from tocsin.vision.recognition.rules.models import OBJECTS, POSE, ModelCard
from tocsin.vision.recognition.rules.sources import FetchFault, SourceKind
from tocsin.vision.recognition.rules.text import ReadText

KIND_NAMES: Final[dict[SourceKind, Promise]] = {
    SourceKind.SNAPSHOT: pgettext_lazy("source of frames", "address that answers with a picture"),
    SourceKind.STREAM: pgettext_lazy("source of frames", "stream by RTSP or MJPEG"),
    SourceKind.FOLDER: pgettext_lazy("source of frames", "files in the camera's folder"),
}
FAULT_NAMES: Final[dict[FetchFault, Promise]] = {
    FetchFault.INSIDE: pgettext_lazy(
        "no frame", "the address is not known or leads inside: the policy vision.recognition must name its network"
    ),
    FetchFault.NO_ANSWER: pgettext_lazy("no frame", "no answer: look at the camera's power, its network and the address"),
    FetchFault.STATUS: pgettext_lazy("no frame", "an answer without a picture"),
    FetchFault.LOGIN: pgettext_lazy("no frame", "user name or password is wrong, or is missing"),
    FetchFault.CERTIFICATE: pgettext_lazy(
        "no frame",
        "the camera's certificate is of no known authority: compare it with the camera's and enter its SHA-256 as one of"
        " “certificates” of the policy vision.recognition:",
    ),
    FetchFault.TOO_LARGE: pgettext_lazy("no frame", "the picture has too many bytes: let the camera send a smaller one"),
    FetchFault.BROKEN: pgettext_lazy("no frame", "the stream can't be read:"),
    FetchFault.NO_KEY: pgettext_lazy(
        "no frame", "the stream has no key pictures: set a shorter distance between them (I-frame interval) at the camera"
    ),
    FetchFault.UNDECODED: pgettext_lazy("no frame", "a picture of the stream can't be decoded:"),
    FetchFault.OWN_MODEL: pgettext_lazy("no frame", "frames come, but a model of your own gives no answer:"),
    FetchFault.NO_DECODER: pgettext_lazy("no frame", "streams need Tocsin with the extra “streams” (tocsin[streams])"),
    FetchFault.NO_PICTURE: pgettext_lazy("no frame", "what came is no frame"),
    FetchFault.NO_FILE: pgettext_lazy("no frame", "no new file lies in the folder"),
    FetchFault.NO_MODELS: pgettext_lazy(
        "no frame", "frames come, but nothing is looked for: install Tocsin with the extra “vision” (tocsin[vision])"
    ),
    FetchFault.NO_TEXT: pgettext_lazy("no frame", "frames come, but number plates are not read:"),
    FetchFault.REFUSED: pgettext_lazy("no frame", "who set the source may send no events there any more: set it again"),
    FetchFault.WAITS: pgettext_lazy("no frame", "more cameras have sources than the policy vision.recognition has processes for"),
}
VERDICT_NAMES: Final[dict[ReadVerdict, Promise]] = {
    ReadVerdict.MATCH: pgettext_lazy("read", "as expected"),
    ReadVerdict.DOUBTFUL: pgettext_lazy("read", "doubtful: signs may be misread"),
    ReadVerdict.OTHER: pgettext_lazy("read", "not what is expected"),
}
ABOUT: Final[dict[str, tuple[Promise, Promise]]] = {
    OBJECTS.code: (
        pgettext_lazy("model", "Finds people and vehicles, in the whole picture and in overlapping squares of it."),
        pgettext_lazy(
            "model",
            "Misses people who are lower than some tenth of the picture, seen from straight above, half hidden or in the dark; "
            "takes two who stand close for one; has never seen your cameras. It knows no helmet, no smoke, no fire and no face.",
        ),
    ),
    POSE.code: (
        pgettext_lazy("model", "Tells of a person whom the first model found whether the body stands or lies."),
        pgettext_lazy(
            "model",
            "A person lying straight towards or away from the camera looks upright; who bends down or climbs may look lying; "
            "among people close together it follows one of them. It is trained on people within some four metres.",
        ),
    ),
}


class CameraSourceOut(Schema):
    """Where frames of a camera come from and how it goes."""

    kind: SourceKind
    kind_name: str
    address: str = Field(description="of a folder: where it lies on the server")
    username: str = Field(description="by which it is fetched; its password is told to nobody")
    period_s: float
    looking: list[Looking] = Field(description="kinds of sightings; none: the camera's health alone")
    most_people: int
    taken_at: datetime | None = Field(description="the newest frame that was judged")
    fault: str = Field(description="why no frame comes; empty: frames come")
    fault_name: str
    fault_since: datetime | None
    frames: int
    dropped: int = Field(description="frames that were passed over because a newer one was there")


class RecognitionModelOut(Schema):
    """A model that Tocsin carries."""

    code: str
    version: str
    source: str
    licence: str
    looking: list[str]
    about: str
    cannot: str
    runs: bool = Field(description="whether it can run in this installation")


class TextLineOut(Schema):
    """One line of text in a picture."""

    text: str
    confidence: float = Field(description="on average over its signs, 0 to 1")
    sure: bool = Field(description="whether it is read as surely as the policy asks for")
    plate: str = Field(description="the number plate in it; empty where there is none")
    corners: list[tuple[float, float]] = Field(
        description="shares of width and height, upper left first, clockwise as it is read"
    )


class ExpectedTextOut(Schema):
    """What was read beside what is expected."""

    expected: str
    verdict: ReadVerdict
    verdict_name: str
    nearest: str = Field(description="what was read and is nearest to it; empty: nothing like it")
    distance: float | None = Field(description="sum over signs that differ; signs that look alike count less")
    difference: float | None = Field(description="of two values: read less expected")


class ReadTextOut(Schema):
    """The text of a picture, from the top down."""

    lines: list[TextLineOut]
    compared: ExpectedTextOut | None = Field(description="where something is expected")
    width: int = Field(description="pixels of the picture as it was read, upright")
    height: int


def describe_text(read: ReadText, expected: str) -> ReadTextOut:
    """What was read, beside what is expected where that is not empty."""
    sure = recognition_policy().reading.sure
    lines = [
        TextLineOut(text=one.text, confidence=one.confidence, sure=one.confidence >= sure, plate=one.plate, corners=one.corners)
        for one in read.lines
    ]
    compared = _compared(read, expected.strip()) if expected.strip() else None
    return ReadTextOut(lines=lines, compared=compared, width=read.width, height=read.height)


def _compared(read: ReadText, expected: str) -> ExpectedTextOut:
    found = compare([one.text for one in read.lines], expected, recognition_policy().reading.doubtful)
    return ExpectedTextOut(
        expected=expected,
        verdict=found.verdict,
        verdict_name=str(VERDICT_NAMES[found.verdict]),
        nearest=found.nearest,
        distance=found.distance,
        difference=found.difference,
    )


def describe_source(one: CameraSource) -> CameraSourceOut:
    """One source; its camera is loaded."""
    kind = SourceKind(one.kind)
    words = f"{FAULT_NAMES[FetchFault(one.fault)]} {one.fault_detail}".strip() if one.fault else ""
    return CameraSourceOut(
        kind=kind,
        kind_name=str(KIND_NAMES[kind]),
        address=one.address or str(folder_of(one.camera)),
        username=one.username,
        period_s=one.period_s,
        looking=[Looking(code) for code in one.looking],
        most_people=one.most_people,
        taken_at=one.taken_at,
        fault=one.fault,
        fault_name=words,
        fault_since=one.fault_since,
        frames=one.frames,
        dropped=one.dropped,
    )


def describe_model(card: ModelCard, *, runs: bool) -> RecognitionModelOut:
    """One model with what it can't do."""
    about, cannot = ABOUT[card.code]
    return RecognitionModelOut(
        code=card.code,
        version=card.version,
        source=card.source,
        licence=card.licence,
        looking=[kind_name(one.value) for one in card.looking],
        about=str(about),
        cannot=str(cannot),
        runs=runs,
    )


def looking_names() -> list[tuple[str, str]]:
    """All that can be looked for, with its words."""
    return [(one.value, kind_name(one.value)) for one in Looking]
