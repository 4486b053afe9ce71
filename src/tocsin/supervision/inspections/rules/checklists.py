"""Check lists (检查表): items with words, evidence and article of law, and which list fits an object."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, TypedDict

import msgspec

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput

type Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Answer(StrEnum):
    """What an inspector finds of one item."""

    GOOD = "good"
    BAD = "bad"
    NOT_APPLICABLE = "not_applicable"


STRICTNESS: Final = (Answer.NOT_APPLICABLE, Answer.GOOD, Answer.BAD)
"""From the mildest answer to the strictest."""


class Said(TypedDict):
    """What one inspector answered: the words, the name and the moment (ISO 8601)."""

    answer: str
    text: str
    by: str
    at: str


class Standing(Said):
    """The answer that stands, and by the id of each inspector what that one answered last."""

    each: dict[str, Said]


def standing_answer(each: Mapping[str, Said]) -> Standing:
    """The strictest of the inspectors' own answers stands; of equal ones the newest."""
    strictest = max(each.values(), key=lambda one: (STRICTNESS.index(Answer(one["answer"])), one["at"]))
    return Standing(**strictest, each=dict(each))


def is_unsettled(each: Mapping[str, Said]) -> bool:
    """Whether the inspectors answer differently: both must say the same before anybody signs."""
    return len({one["answer"] for one in each.values()}) > 1


class Proof(StrEnum):
    """What proves a defect of an item: nothing asked for, a photo of the item, or words such as a reading or a paper's number."""

    NONE = ""
    PHOTO = "photo"
    WORDS = "words"


def lacks_proof(proof: Proof, answer: Said, *, has_photo: bool) -> bool:
    """Whether a defect lacks what its item asks for.

    >>> lacks_proof(Proof.PHOTO, Said(answer="bad", text="worn", by="Li", at=""), has_photo=False)
    True
    """
    if answer["answer"] != Answer.BAD:
        return False
    return (proof is Proof.PHOTO and not has_photo) or (proof is Proof.WORDS and not answer["text"].strip())


class ToldItem(TypedDict):
    """An item in one language."""

    code: str
    text: str
    evidence: str
    article: str
    confidence: str
    proof: str
    major: bool


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to look at. `article` stays empty where none is known for certain; `confidence`: A law, B practice, C choice."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[a-z0-9_]+$")]
    zh: Words
    en: Words
    evidence_zh: Annotated[str, msgspec.Meta(max_length=300)] = ""
    evidence_en: Annotated[str, msgspec.Meta(max_length=300)] = ""
    article: Annotated[str, msgspec.Meta(max_length=200)] = ""
    confidence: Annotated[str, msgspec.Meta(pattern=r"^[ABC]$")] = "C"
    proof: Proof = Proof.NONE  # what a defect needs before anybody signs
    major: bool = False  # a defect here is offered as a major hidden danger; the inspector decides

    def told(self, chinese: bool) -> ToldItem:
        """The item in one language."""
        return {
            "code": self.code,
            "text": self.zh if chinese else self.en,
            "evidence": self.evidence_zh if chinese else self.evidence_en,
            "article": self.article,
            "confidence": self.confidence,
            "proof": self.proof.value,
            "major": self.major,
        }


@dataclass(frozen=True)
class Fit:
    """For which objects a list is made; empty: for all."""

    code: str
    trades: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


def read_items(given: Iterable[Any]) -> tuple[Item, ...]:
    """Items of a list as it is kept; InvalidInput tells what can't be read, a code that stands twice, or that there are none."""
    try:
        items = tuple(convert(one, Item) for one in given)
    except msgspec.ValidationError as error:
        raise InvalidInput("check list: %(why)s", why=error) from None
    codes = [one.code for one in items]
    if not items:
        raise InvalidInput("check list: no item")
    if len(set(codes)) != len(codes):
        raise InvalidInput("check list: %(code)s stands twice", code=next(one for one in codes if codes.count(one) > 1))
    return items


def best_list(lists: Iterable[Fit], trade: str, kind: str) -> str | None:
    """The code of the list that fits an object best: for its kind and trade, its kind, its trade, then any."""
    fitting = [one for one in lists if (not one.trades or trade in one.trades) and (not one.kinds or kind in one.kinds)]
    best = max(fitting, key=lambda one: (bool(one.kinds), bool(one.trades)), default=None)
    return best.code if best else None
