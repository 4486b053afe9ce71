"""The models that run at the cameras of one process."""

import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.queries import EnrolledModel, enrolled_models
from tocsin.vision.recognition.rules.own_models import OwnModelCard
from tocsin.vision.recognition.services.confined import ConfinedProcess
from tocsin.vision.recognition.services.own.running import NoAnswer, detect, model_process

_REST_S: Final = 60.0  # a model that failed is asked again after so long
_LOOK_S: Final = 10.0  # how often it is looked which models run where


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
                seen = detect(self._process_of(one), picture, recognition_policy().own)
            except NoAnswer as failure:
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
        try:
            digest = sha256(one.path.read_bytes()).hexdigest()
        except OSError:
            raise NoAnswer("its file is gone") from None
        if digest != one.sha256:
            raise NoAnswer("its file is not the one that was measured")
        process = model_process(one.path, one.card, recognition_policy().own)
        self._processes[code] = (one.sha256, process)
        return process
