"""Models are measured on their test sets, picture by picture, so that what is done stays done when the worker dies."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from django.db import transaction

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.layouts import Detected
from tocsin.engine.frames.measuring import LabelFigures, Truth, measured, mistakes
from tocsin.screens.clock import current_time
from tocsin.vision.recognition.models import OwnModelPicture, OwnModelVersion
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.queries import MODEL, TEST_SET, measured_pairs, version_folder, versions_to_measure
from tocsin.vision.recognition.rules.own_models import UNDER_WAY, OwnModelCard, OwnModelState, refusal_of
from tocsin.vision.recognition.rules.picture_sets import PictureSet
from tocsin.vision.recognition.services.own.giving import GivenModel, check_given
from tocsin.vision.recognition.services.own.running import NoAnswer, detect, model_process

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.bus.loops.rows import Hands, Step
    from tocsin.vision.recognition.services.confined import ConfinedProcess

log = logging.getLogger(__name__)

CARD: Final = "card.json"
ROUND_S: Final = 5.0  # what was seen is written so often
_MOST_FAULT: Final = 200


@dataclass(frozen=True)
class MeasuredPicture:
    """What is to be seen in one picture of a test set, and what was told."""

    name: str
    truths: tuple[Truth, ...]
    found: list[Detected]


@dataclass(frozen=True)
class MeasuredModel:
    """A model with its figures on its test set; `refusal` tells why it is not taken."""

    given: GivenModel
    seen: tuple[MeasuredPicture, ...]
    figures: tuple[LabelFigures, ...]
    refusal: InvalidInput | None

    @property
    def card(self) -> OwnModelCard:
        """Its card."""
        return self.given.card

    @property
    def pictures(self) -> int:
        """Of its test set."""
        return len(self.seen)


def measure_own_model(folder: Path, say: Callable[[str], None] = lambda _told: None) -> MeasuredModel:
    """Runs the model of a folder (`card.json`, `model.onnx`, `test.zip`) over its test set; InvalidInput tells what is wrong."""
    policy = recognition_policy().own
    card = decode_json(_read(folder / CARD, 1_000_000), OwnModelCard)
    given = GivenModel(card, _read(folder / MODEL, policy.most_bytes), _read(folder / TEST_SET, policy.most_bytes * 4))
    pictures = check_given(given, policy)
    say(f"{card.code} {card.version}: {len(given.model):,} bytes, {pictures} pictures")
    process = model_process(folder / MODEL, card, policy)
    try:
        with PictureSet(given.tests, [one.name for one in card.labels], policy.most_picture_bytes) as opened:
            seen = tuple(_looked_at(process, opened, number) for number in range(pictures))
    finally:
        process.end()
    figures = tuple(measured(((one.truths, one.found) for one in seen), len(card.labels)))
    return MeasuredModel(given, seen, figures, refusal_of(card, figures, policy.least_precision, policy.least_truths))


def _looked_at(process: "ConfinedProcess", opened: PictureSet, number: int) -> MeasuredPicture:
    picture = opened.pictures[number]
    try:
        found = detect(process, opened.data(picture), recognition_policy().own)
    except NoAnswer as failure:
        raise InvalidInput("%(picture)s: the model failed: %(why)s", picture=picture.name, why=str(failure)) from None
    return MeasuredPicture(picture.name, picture.truths, found)


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError:
        raise InvalidInput("%(name)s can't be read", name=path.name) from None
    if len(data) > most:
        raise InvalidInput("%(name)s has more than %(most)s bytes", name=path.name, most=most)
    return data


def keep_pictures(version: OwnModelVersion, seen: Sequence[MeasuredPicture], first: int) -> None:
    """What was seen, as rows from number `first` on."""
    OwnModelPicture.objects.bulk_create(
        OwnModelPicture(
            version=version,
            number=first + place,
            name=one.name,
            truths=msgspec.to_builtins(one.truths),
            found=msgspec.to_builtins(one.found),
            right=not mistakes(one.truths, one.found),
        )
        for place, one in enumerate(seen)
    )


def end_measuring(version: OwnModelVersion, now: datetime) -> None:
    """Its figures from what was seen in all pictures; in the caller's transaction."""
    pairs = measured_pairs(version)
    version.figures = msgspec.to_builtins(measured(pairs, len(version.typed_card().labels)))
    version.state, version.measured_at = OwnModelState.MEASURED.value, now
    version.save(update_fields=["figures", "state", "measured_at", "spent_s"])


class Measurer:
    """The one that is measured at the moment: its process and its opened test set stay between rounds."""

    def __init__(self) -> None:
        self._of: UUID | None = None
        self._process: ConfinedProcess | None = None
        self._opened: PictureSet | None = None

    def do_round(self, round_s: float = ROUND_S) -> bool:
        """Looks at pictures of the oldest version that waits, for so long; whether more are left."""
        version = versions_to_measure().first()
        if version is None:
            self.end()
            return False
        try:
            self._go_on(version, round_s)
        except InvalidInput as failure:
            _fail(version, failure)
            self.end()
        return True

    def end(self) -> None:
        """Its process ends."""
        if self._process is not None:
            self._process.end()
        self._of = self._process = self._opened = None

    def _go_on(self, version: OwnModelVersion, round_s: float) -> None:
        begun_s, first = time.monotonic(), version.measured_pictures.count()
        process, opened = self._prepared(version)
        seen: list[MeasuredPicture] = []
        while first + len(seen) < version.pictures and (not seen or time.monotonic() - begun_s < round_s):
            seen.append(_looked_at(process, opened, first + len(seen)))
        figures, spent_s = recognition_policy().own, version.spent_s + time.monotonic() - begun_s
        ended = first + len(seen) == version.pictures
        if spent_s > figures.measured_within_s and not ended:
            raise InvalidInput(
                "%(done)s of %(count)s pictures took more than %(most)s s; give a smaller model or fewer pictures",
                done=first + len(seen),
                count=version.pictures,
                most=f"{figures.measured_within_s:g}",
            )
        with transaction.atomic():
            version = OwnModelVersion.objects.select_for_update().get(pk=version.pk)
            if version.state not in UNDER_WAY:  # a person set it aside meanwhile
                return
            keep_pictures(version, seen, first)
            version.state, version.spent_s = OwnModelState.MEASURING.value, spent_s
            version.save(update_fields=["state", "spent_s"])
            if ended:
                end_measuring(version, current_time())

    def _prepared(self, version: OwnModelVersion) -> "tuple[ConfinedProcess, PictureSet]":
        if self._of == version.pk and self._process is not None and self._opened is not None:
            return self._process, self._opened
        self.end()
        figures, card, place = recognition_policy().own, version.typed_card(), version_folder(version.model.code, version.pk)
        if sha256(_read(place / MODEL, figures.most_bytes)).hexdigest() != version.sha256:
            raise InvalidInput("the model's file is not the one that was given")
        tests = _read(place / TEST_SET, 4 * figures.most_bytes)
        self._opened = PictureSet(tests, [one.name for one in card.labels], figures.most_picture_bytes)
        self._process, self._of = model_process(place / MODEL, card, figures), version.pk
        return self._process, self._opened


def _fail(version: OwnModelVersion, failure: InvalidInput) -> None:
    named = {name: one if isinstance(one, int) else str(one)[:_MOST_FAULT] for name, one in failure.named.items()}
    told = {"fault": str(failure.args[0]), "fault_named": named, "measured_at": current_time()}
    rows = OwnModelVersion.objects.filter(pk=version.pk, state__in=UNDER_WAY)
    rows.update(state=OwnModelState.FAILED.value, **told)
    log.info("own model %s %s: %s", version.model.code, version.version, failure.in_english)


@asynccontextmanager
async def measuring(hands: "Hands") -> "AsyncIterator[Step]":
    """Rounds of a measurer while the loop lives; its process ends with it."""
    measurer = Measurer()

    async def step() -> bool:
        return await hands.thread(measurer.do_round)

    try:
        yield step
    finally:
        await asyncio.shield(asyncio.to_thread(measurer.end))
