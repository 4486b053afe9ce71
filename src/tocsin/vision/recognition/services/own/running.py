"""One model in a process of its own, with limits of memory and time."""

from pathlib import Path
from typing import Final

import msgspec

from tocsin.base.documents import decode_json
from tocsin.engine.frames.layouts import Detected
from tocsin.vision.recognition.policy import OwnModelFigures
from tocsin.vision.recognition.rules.own_models import OwnModelCard
from tocsin.vision.recognition.services.confined import ConfinedProcess, Fallen, Unhandled

CHILD: Final = "tocsin.vision.recognition.services.detecting_child"
_MOST_ANSWER: Final = 2_000_000


class NoAnswer(Exception):
    """Why a model gave no answer, in English: it is of a library or of the model."""


def model_process(path: Path, card: OwnModelCard, figures: OwnModelFigures) -> ConfinedProcess:
    """The process of a model's file; it starts with the first picture."""
    told = msgspec.json.encode(card).decode()
    return ConfinedProcess(CHILD, str(figures.model_mb * 1_000_000), str(path), told, most_answer_bytes=_MOST_ANSWER)


def detect(process: ConfinedProcess, picture: bytes, figures: OwnModelFigures) -> list[Detected]:
    """What it sees in a JPEG or PNG; NoAnswer otherwise."""
    try:
        return decode_json(process.ask(picture, figures.answered_within_s), list[Detected])
    except Unhandled as unhandled:
        raise NoAnswer(str(unhandled)) from None
    except Fallen as fallen:
        raise NoAnswer(f"{fallen}: no answer within {figures.answered_within_s:g} s and {figures.model_mb} MB") from None
