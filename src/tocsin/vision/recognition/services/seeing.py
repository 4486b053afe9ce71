"""Models run over frames: people, vehicles, and whether a body lies. One thread; loaded where frames are judged only."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from tocsin.engine.frames.objects import Seen, in_the_whole, one_each, ssd_boxes, tiles
from tocsin.engine.frames.posture import Body, lies, surest_body
from tocsin.engine.frames.watching import ABSENCES, BY_TEXT, FrameContents, Looking
from tocsin.vision.recognition.policy import SeeingFigures
from tocsin.vision.recognition.rules.models import CARDS, OBJECTS, PERSON, POSE, VEHICLES, ModelCard

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS: Final = Path(__file__).parents[1] / "weights"
_AROUND: Final = 0.15  # of a person's box, on each side, that the pose detector sees


def can_run(card: ModelCard) -> bool:
    """Whether the model is in this installation, and what runs it (the extra `vision`)."""
    return find_spec("ai_edge_litert") is not None and (WEIGHTS / card.file).exists()


def can_look() -> bool:
    """Whether all models can run."""
    return all(can_run(card) for card in CARDS)


class Network:
    """One model with one thread. Its inputs are the card's side squared, colours from -1 to 1."""

    def __init__(self, card: ModelCard) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._side = card.side
        self._model: Any = Interpreter(model_path=str(WEIGHTS / card.file), num_threads=1)
        self._model.allocate_tensors()
        self._input = self._model.get_input_details()[0]["index"]
        self._outputs = [one["index"] for one in self._model.get_output_details()]

    def answers(self, picture: Image.Image) -> "list[NDArray[np.float32]]":
        """What the model says of a picture, drawn out to its input; the first dimension is left out."""
        small = picture.resize((self._side, self._side), Image.Resampling.BILINEAR)
        batch = np.asarray(small, dtype=np.float32)[None] / np.float32(127.5) - np.float32(1)
        self._model.set_tensor(self._input, batch)
        self._model.invoke()
        return [self._model.get_tensor(one)[0] for one in self._outputs]


@dataclass
class Seeing:
    """Both models, each loaded when it is first needed."""

    @cached_property
    def objects(self) -> Network:
        """People and vehicles."""
        return Network(OBJECTS)

    @cached_property
    def pose(self) -> Network:
        """The axis of a body."""
        return Network(POSE)

    def look(self, picture: Image.Image, looking: Collection[Looking], figures: SeeingFigures) -> FrameContents:
        """What is in an RGB picture, as far as `looking` asks for it."""
        wants_people = any(one is not Looking.VEHICLE and one not in BY_TEXT for one in looking)
        people, vehicles = self._find(picture, figures.least_object, people=wants_people, vehicles=Looking.VEHICLE in looking)
        lying: list[Seen] = []
        if Looking.PERSON_DOWN in looking:
            lying = [found for one in people if (found := self._lying(picture, one, figures)) is not None]
        return FrameContents(tuple(people), tuple(lying), tuple(vehicles))

    def _find(self, picture: Image.Image, least: float, *, people: bool, vehicles: bool) -> tuple[list[Seen], list[Seen]]:
        if not (people or vehicles):
            return [], []
        found: tuple[list[Seen], list[Seen]] = ([], [])
        for tile in tiles(picture.width, picture.height):
            encoded, logits = self.objects.answers(picture.crop(_pixels(tile, picture)))
            for wanted, rows, into in ((people, PERSON, found[0]), (vehicles, VEHICLES, found[1])):
                if wanted:
                    into += [in_the_whole(one, tile) for one in ssd_boxes(encoded, logits, rows, least)]
        return one_each(found[0]), one_each(found[1])

    def _lying(self, picture: Image.Image, person: Seen, figures: SeeingFigures) -> Seen | None:
        body = self.body(picture, person)
        if body.score < figures.least_body or not lies(body, figures.lying_deg):
            return None
        return Seen(person.corners, body.score)

    def body(self, picture: Image.Image, person: Seen) -> Body:
        """The surest body in a square around a person."""
        left, upper, right, lower = _pixels(person.corners, picture)
        half = max(right - left, lower - upper) * (0.5 + _AROUND)
        across, down = (left + right) / 2, (upper + lower) / 2
        square = picture.crop((int(across - half), int(down - half), int(across + half), int(down + half)))
        encoded, logits = self.pose.answers(square)
        return surest_body(encoded, logits[:, 0])


def _pixels(corners: tuple[float, float, float, float], picture: Image.Image) -> tuple[int, int, int, int]:
    left, upper, right, lower = corners
    return (
        round(left * picture.width),
        round(upper * picture.height),
        round(right * picture.width),
        round(lower * picture.height),
    )


def told_score(score: float, kind: Looking, figures: SeeingFigures) -> float:
    """A detector's score as the vocabulary of sightings weighs scores: what just counts is 0.6, certainty is 1."""
    if kind in ABSENCES:
        return score
    least = figures.least_body if kind is Looking.PERSON_DOWN else figures.least_object
    return told_above(score, least)


def told_above(score: float, least: float) -> float:
    """What lies at `least` is told as 0.6, certainty as 1.

    >>> told_above(0.35, 0.35), told_above(1.0, 0.35)
    (0.6, 1.0)
    """
    return round(min(1.0, 0.6 + 0.4 * max(0.0, score - least) / (1 - least)), 4)
