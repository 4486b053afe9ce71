"""A city's own models: measured on its test set, enrolled where they are right often enough, run at their cameras.

They lie in `<data>/recognisers/<code>/`, put there by the command `tocsin recogniser` and by nothing else.
"""

import shutil
import time
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tocsin.base.documents import decode_json
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.private_files import private_folder
from tocsin.engine.frames.layouts import Detected
from tocsin.engine.frames.measuring import LabelFigures, measured
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.policy import camera_policy
from tocsin.vision.recognition.policy import OwnModelFigures, recognition_policy
from tocsin.vision.recognition.queries import ENROLLED, MODEL, EnrolledModel, enrolled_models, own_model_folder
from tocsin.vision.recognition.rules.onnx_files import check_onnx
from tocsin.vision.recognition.rules.own_models import OwnModelCard, check_card, read_test_set, refusal_of
from tocsin.vision.recognition.services.confined import ConfinedProcess, Fallen, Unhandled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CHILD: Final = "tocsin.vision.recognition.services.detecting_child"
CARD, TEST_SET = "card.json", "test.zip"
_MOST_ANSWER: Final = 2_000_000
_REST_S: Final = 60.0  # a model that failed is asked again after so long
_LOOK_S: Final = 10.0  # how often the folders are read anew


@dataclass(frozen=True)
class MeasuredModel:
    """A model with its figures on its test set; `refusal` tells why it is not taken."""

    card: OwnModelCard
    sha256: str
    pictures: int
    figures: tuple[LabelFigures, ...]
    refusal: InvalidInput | None


def measure_own_model(folder: Path, say: "Callable[[str], None]" = lambda _told: None) -> MeasuredModel:
    """Runs the model of a folder (`card.json`, `model.onnx`, `test.zip`) over its test set; InvalidInput tells what is wrong."""
    policy = recognition_policy().own
    card = decode_json(_read(folder / CARD, 1_000_000), OwnModelCard)
    check_card(card, [one.code for one in camera_policy().kinds])
    model = _read(folder / MODEL, policy.most_bytes)
    say(f"{card.code} {card.version}: {check_onnx(model)} operators, {len(model):,} bytes")
    tests = _read(folder / TEST_SET, policy.most_bytes * 4)
    pictures = []
    process = _process(folder / MODEL, card, policy)
    try:
        for name, data, truths in read_test_set(tests, card, policy.most_picture_bytes):
            try:
                pictures.append((truths, _detect(process, data, policy)))
            except _Failed as failure:
                raise InvalidInput("%(picture)s: the model failed: %(why)s", picture=name, why=str(failure)) from None
    finally:
        process.end()
    figures = tuple(measured(pictures, len(card.labels)))
    refusal = refusal_of(card, list(figures), policy.least_precision, policy.least_truths)
    return MeasuredModel(card, sha256(model).hexdigest(), len(pictures), figures, refusal)


def enrol_own_model(folder: Path, measured_model: MeasuredModel, cameras: "Sequence[str]", now: datetime) -> Path:
    """From here on the model is run at these cameras, by their codes. InvalidInput for one that is too often wrong; Conflict for
    a file that changed since it was measured.
    """
    if measured_model.refusal is not None:
        raise measured_model.refusal
    known = set(Camera.objects.filter(code__in=cameras).values_list("code", flat=True))
    if lost := [one for one in cameras if one not in known]:
        raise InvalidInput("there is no camera %(code)s", code=lost[0][:40])
    model = _read(folder / MODEL, recognition_policy().own.most_bytes)
    if sha256(model).hexdigest() != measured_model.sha256:
        raise Conflict("the model changed since it was measured: measure it again")
    card, figures = measured_model.card, measured_model.figures
    kept = EnrolledModel(card, measured_model.sha256, now, measured_model.pictures, figures, tuple(cameras))
    place = private_folder(own_model_folder() / card.code)
    (place / MODEL).write_bytes(model)
    (place / ENROLLED).write_bytes(msgspec.json.encode(kept))  # last: without it there is no model
    return place


def remove_own_model(code: str) -> None:
    """The model is run nowhere any more. Conflict where there is none."""
    if code not in {one.card.code for one in enrolled_models()}:
        raise Conflict("there is no model “%(code)s”", code=code[:40])
    shutil.rmtree(own_model_folder() / code)


class _Failed(Exception):
    """Why a model gave no answer."""


def _process(path: Path, card: OwnModelCard, policy: OwnModelFigures) -> ConfinedProcess:
    told = msgspec.json.encode(card).decode()
    return ConfinedProcess(CHILD, str(policy.model_mb * 1_000_000), str(path), told, most_answer_bytes=_MOST_ANSWER)


def _detect(process: ConfinedProcess, picture: bytes, policy: OwnModelFigures) -> list[Detected]:
    try:
        return decode_json(process.ask(picture, policy.answered_within_s), list[Detected])
    except Unhandled as unhandled:
        raise _Failed(str(unhandled)) from None
    except Fallen as fallen:
        raise _Failed(f"{fallen}: no answer within {policy.answered_within_s:g} s and {policy.model_mb} MB") from None


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError:
        raise InvalidInput("%(name)s can't be read", name=path.name) from None
    if len(data) > most:
        raise InvalidInput("%(name)s has more than %(most)s bytes", name=path.name, most=most)
    return data


@dataclass(frozen=True)
class OwnFinding:
    """What a model of the city's own saw: kind, box (left, upper, width, height as shares), its score, and which model."""

    kind: str
    box: tuple[float, float, float, float]
    score: float
    card: OwnModelCard


@dataclass
class OwnDetectors:
    """The models of one process, each loaded when a frame of one of its cameras comes. `failed`: why one gave no answer."""

    failed: dict[str, str] = field(default_factory=dict)  # by the model's code
    _models: list[EnrolledModel] = field(default_factory=list)
    _processes: dict[str, tuple[str, ConfinedProcess]] = field(default_factory=dict)
    _rest_until_s: dict[str, float] = field(default_factory=dict)
    _read_s: float = -1e9

    def look(self, camera: str, picture: bytes) -> list[OwnFinding]:
        """What the models that are for this camera (its code) see in a frame (JPEG or PNG)."""
        now_s = time.monotonic()
        if now_s - self._read_s >= _LOOK_S:
            self._models, self._read_s = enrolled_models(), now_s
        found: list[OwnFinding] = []
        for one in self._models:
            code = one.card.code
            if camera not in one.cameras or now_s < self._rest_until_s.get(code, 0.0):
                continue
            try:
                seen = _detect(self._process_of(one), picture, recognition_policy().own)
            except _Failed as failure:
                self.failed[code], self._rest_until_s[code] = str(failure), now_s + _REST_S
                continue
            self.failed.pop(code, None)
            kinds = [label.kind for label in one.card.labels]
            found += [
                OwnFinding(kinds[each.label], each.seen.box, each.seen.score, one.card) for each in seen if kinds[each.label]
            ]
        return found

    def why_failed(self, camera: str) -> str:
        """Why a model that is for this camera gives no answer; empty where all do."""
        codes = (one.card.code for one in self._models if camera in one.cameras)
        return next((f"{code}: {self.failed[code]}" for code in codes if code in self.failed), "")

    def end(self) -> None:
        """Ends their processes."""
        for _digest, process in self._processes.values():
            process.end()

    def _process_of(self, one: EnrolledModel) -> ConfinedProcess:
        code = one.card.code
        known = self._processes.get(code)
        if known is not None and known[0] == one.sha256:
            return known[1]
        if known is not None:
            known[1].end()
        path = own_model_folder() / code / MODEL
        try:
            digest = sha256(path.read_bytes()).hexdigest()
        except OSError:
            raise _Failed("its file is gone") from None
        if digest != one.sha256:
            raise _Failed("its file is not the one that was measured")
        process = _process(path, one.card, recognition_policy().own)
        self._processes[code] = (one.sha256, process)
        return process
