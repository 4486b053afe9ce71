"""A city's own model: its card, how far it has come, and whether it may be used."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.layouts import Layout
from tocsin.engine.frames.measuring import LabelFigures

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")

type Short = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class ModelLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the model knows: the name of a label, and the kind of sighting that it becomes; empty: it is not told."""

    name: Short
    kind: str = ""


class OwnModelCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model as its city describes it. It counts from `least_score` on; `cannot`: what it can't do, in the city's words."""

    code: Short
    version: Short
    layout: Layout
    labels: Annotated[tuple[ModelLabel, ...], msgspec.Meta(min_length=1, max_length=200)]
    least_score: Annotated[float, msgspec.Meta(ge=0.05, lt=1)]
    cannot: Annotated[str, msgspec.Meta(min_length=10, max_length=500)]


def check_card(card: OwnModelCard, kinds: list[str]) -> None:
    """InvalidInput says what is wrong and how to mend it."""
    if not _CODE.fullmatch(card.code):
        raise InvalidInput("the code “%(code)s” has other signs than a–z, 0–9 and -", code=card.code)
    if len({one.name for one in card.labels}) < len(card.labels):
        raise InvalidInput("two labels have one name")
    if lost := [one.kind for one in card.labels if one.kind and one.kind not in kinds]:
        raise InvalidInput("“%(given)s” is no kind of sighting; known are %(known)s", given=lost[0][:40], known=", ".join(kinds))


def read_labels(text: str) -> tuple[ModelLabel, ...]:
    """Labels as a person writes them, one a line in the model's order: `bare head = no_helmet`, or a name alone.

    >>> read_labels("bare head = no_helmet\\nhelmet")
    (ModelLabel(name='bare head', kind='no_helmet'), ModelLabel(name='helmet', kind=''))
    """
    lines = [line for line in text.splitlines() if line.strip()]
    parts = [line.partition("=") for line in lines]
    return tuple(ModelLabel(name.strip(), kind.strip()) for name, _sign, kind in parts)


def labels_text(labels: Iterable[ModelLabel]) -> str:
    """The same text again."""
    return "\n".join(f"{one.name} = {one.kind}" if one.kind else one.name for one in labels)


class OwnModelState(StrEnum):
    """How far a version has come."""

    WAITING = "waiting"
    MEASURING = "measuring"
    MEASURED = "measured"
    FAILED = "failed"  # it, or its test set, could not be run
    SET_ASIDE = "set_aside"  # by a person


UNDER_WAY: Final = (OwnModelState.WAITING, OwnModelState.MEASURING)


def refusal_of(
    card: OwnModelCard, figures: Sequence[LabelFigures], least_precision: float, least_truths: int
) -> InvalidInput | None:
    """Why the model is not taken; None where it may be used. Labels that become no kind are not judged."""
    for label, one in zip(card.labels, figures, strict=True):
        if not label.kind:
            continue
        if one.truths < least_truths:
            return InvalidInput(
                "the test set shows “%(label)s” %(count)s times; %(least)s are needed",
                label=label.name,
                count=one.truths,
                least=least_truths,
            )
        if one.precision is None or one.precision < least_precision:
            return InvalidInput(
                "of what the model told as “%(label)s” %(hits)s of %(told)s are true; policy asks for %(least)s %%",
                label=label.name,
                hits=one.hits,
                told=one.told,
                least=round(100 * least_precision),
            )
    return None
