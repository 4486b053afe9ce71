"""What a call is about, and what the answers to a few questions make of it. Values in, values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from tocsin.base.levels import AlarmLevel
from tocsin.command.guidance.rules.words import Words


class Answer(StrEnum):
    """What the caller said to a question; who was not asked, or did not know, said nothing."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class Effect:
    """What a yes makes of the matter: at least this level, another kind, in what it is."""

    level: AlarmLevel = AlarmLevel.NONE
    kind: str = ""
    place_kind: str = ""


@dataclass(frozen=True)
class Question:
    """One question with its effect; asked in the order of the file."""

    key: str
    words: Words
    yes: Effect


@dataclass(frozen=True)
class EventKind:
    """One kind of event: the level that it has before anything is asked, and what is asked."""

    key: str
    words: Words
    level: AlarmLevel
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Proposal:
    """What the case will be, as far as the answers say."""

    kind: str
    level: AlarmLevel
    place_kind: str


def propose(kind: EventKind, answers: Mapping[str, Answer]) -> Proposal:
    """The kind's own level, raised by every yes; a kind or a place that a yes names stands in the place of the first."""
    proposal = Proposal(kind.key, kind.level, "")
    for question in kind.questions:
        if answers.get(question.key) is Answer.YES:
            effect = question.yes
            proposal = Proposal(
                effect.kind or proposal.kind, max(proposal.level, effect.level), effect.place_kind or proposal.place_kind
            )
    return proposal


def shared_part(one: str, other: str) -> str:
    """The longest part that two descriptions of a place share, blanks left out.

    >>> shared_part("石牛山路 12 号对面", "石牛山路 检查井 W3")
    '石牛山路'
    """
    left, right = "".join(one.split()), "".join(other.split())
    match = SequenceMatcher(None, left, right, autojunk=False).find_longest_match()
    return left[match.a : match.a + match.size]


@dataclass(frozen=True)
class Nearness:
    """Why an open case may be the same: so many metres away, or the same words for the place; and of the same kind."""

    metres: float | None
    shared: str
    same_kind: bool

    @property
    def rank(self) -> tuple[bool, float]:
        """The likeliest first."""
        return not self.same_kind, self.metres if self.metres is not None else 1e9 - len(self.shared)


def nearness(
    *, metres: float | None, places: Sequence[str], kinds: Sequence[str], within_m: float, least_shared: int
) -> Nearness | None:
    """How near a case is to a call by its distance and by the words for both places; None where it is another matter."""
    shared = shared_part(*places) if all(places) else ""
    shared = shared if len(shared) >= least_shared else ""
    near = metres is not None and metres <= within_m
    if not near and not (shared and metres is None):
        return None
    return Nearness(metres if near else None, shared, len(set(kinds)) == 1)
