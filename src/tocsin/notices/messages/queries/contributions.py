"""What other capabilities contribute to notices: purposes with texts, reasons in words, subjects, and acts that are signed for.

Each contribution is one constant, named in `settings.NOTICES`; what notices are about, no other line of this capability knows.
"""

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django_stubs_ext import StrPromise

    from tocsin.jurisdiction.face import User
    from tocsin.jurisdiction.rights.rules import Permission
    from tocsin.notices.messages.models import Notice


@dataclass(frozen=True)
class PurposeCard:
    """What a purpose is called, what its notices say, and what follows when one is delivered.

    `texts`: by the notice's id, in the language of the moment. `page`: where it is looked at, if that is not its subject's page.
    `acted_on`: where its reader acts. `permissions`: who besides those who see cases finds it in their desk's inbox. `signature`:
    it waits until it is signed. `stays`: it goes to nobody else where it reaches nobody. `public`: anybody may read its text.
    `in_letters`: what stands below the text in messages alone, and on no page.
    `unseen_upward`: what nobody has seen by its deadline goes to the next desk upward though it is not urgent (what is urgent
    always does). `on_delivered`: called in the transaction in which notices first reach their own reader, once for each.
    """

    name: str
    words: "StrPromise"
    texts: "Callable[[Sequence[Notice]], Mapping[UUID, str]]"
    page: "Callable[[Notice], str] | None" = None
    acted_on: "Callable[[Notice], str] | None" = None
    permissions: "tuple[Permission, ...]" = ()
    signature: bool = False
    stays: bool = False
    public: bool = False
    in_letters: "Callable[[Notice], str] | None" = None
    unseen_upward: bool = False
    on_delivered: "Callable[[Sequence[Notice], datetime], None] | None" = None


class Noting(Protocol):
    """Writes one line about a notice into the time line of its subject."""

    def __call__(self, act: str, *, text: str = "", figures: dict[str, object]) -> object: ...


@dataclass(frozen=True)
class SubjectCard:
    """A kind of subject: its page, and its time line. `open` holds the subject until the transaction ends: call it first.
    `closed_at`: when it ended, if it has; links to what ended hold a while longer.
    """

    kind: str
    page: "Callable[[Notice], str]"
    open: "Callable[[Notice, User, str], Noting]"
    closed_at: "Callable[[Notice], datetime | None]" = lambda notice: None


@dataclass(frozen=True)
class Said:
    """Who answers, and by which way: a name typed or known, and the channel."""

    name: str
    channel: str  # console, link, voice, telephone, api


@dataclass(frozen=True)
class Standing:
    """How far an act is that a notice asks to be signed. `returned`: why it was sent back."""

    ended: bool
    waits: bool  # nobody has signed
    signed_as: str = ""
    returned: str = ""


@dataclass(frozen=True)
class ActCard:
    """A kind of act that a body signs for: how it stands, and its answers. Every answer may be refused."""

    kind: str
    words: "StrPromise"  # what it is, before its number
    page: "Callable[[Notice], str]"
    reasons: "Mapping[str, StrPromise]"  # for which it may be sent back
    standing: "Callable[[Notice], Standing]"
    require: "Callable[[User, Notice], None]"  # NotAllowed for a person who may not sign for the body
    accept: "Callable[[Notice, User, Said], None]"
    give_back: "Callable[[Notice, User, Said, str, str], None]"  # with reason and words
    report: "Callable[[Notice, User, Said, str], None]"
    accept_words: "StrPromise | None" = None  # what the buttons of a link say, where it is no order
    return_words: "StrPromise | None" = None


@dataclass(frozen=True)
class CallLine:
    """One line about a call: whom somebody had, what was said, the number, and what came of it."""

    said_by: str
    text: str
    number: str
    fate: str


@dataclass(frozen=True)
class Contribution:
    """What one subject of a capability contributes. `reasons`: as what somebody is told, in words. `called`: what follows from a
    call that a person made about a notice, in the transaction in which it is entered.
    """

    purposes: tuple[PurposeCard, ...] = ()
    reasons: "Mapping[str, StrPromise]" = field(default_factory=dict)
    subjects: tuple[SubjectCard, ...] = ()
    acts: tuple[ActCard, ...] = ()
    called: "tuple[Callable[[Notice, User, CallLine], None], ...]" = ()


@cache
def _gathered(names: tuple[str, ...]) -> Contribution:
    """All that these constants contribute, in one."""
    found = []
    for name in names:
        module, attribute = name.split(":")
        found.append(getattr(import_module(module), attribute))
    return Contribution(
        purposes=tuple(card for one in found for card in one.purposes),
        reasons={why: words for one in found for why, words in one.reasons.items()},
        subjects=tuple(card for one in found for card in one.subjects),
        acts=tuple(card for one in found for card in one.acts),
        called=tuple(follow for one in found for follow in one.called),
    )


def _all() -> Contribution:
    return _gathered(tuple(settings.NOTICES))


def load_contributions() -> None:
    """Imports what subjects contribute. Else the first notice of a process does it, a second long and within its transaction."""
    _all()


def purposes() -> dict[str, PurposeCard]:
    """Every purpose by its name."""
    return {card.name: card for card in _all().purposes}


def reasons() -> "Mapping[str, StrPromise]":
    """As what somebody is told, in words."""
    return _all().reasons


def act_kinds() -> dict[str, ActCard]:
    """Every kind of act that is signed for."""
    return {card.kind: card for card in _all().acts}


def follow_call(notice: "Notice", actor: "User", line: CallLine) -> None:
    """Lets every subject know that a call about this notice has been entered."""
    for follow in _all().called:
        follow(notice, actor, line)


def subject_card(notice: "Notice") -> SubjectCard | None:
    """What is known of the kind of this notice's subject."""
    return next((card for card in _all().subjects if card.kind == notice.subject_kind), None)


def act_card(notice: "Notice") -> ActCard | None:
    """What is known of the kind of act for which this notice's reader signs; None where there is nothing but the notice."""
    body = notice.organisation_id or (notice.person.organisation_id if notice.person else None)
    return act_kinds().get(notice.act_kind) if notice.act_id is not None and notice.act_body_id == body else None


def signed_for() -> list[str]:
    """Purposes that wait until they are signed."""
    return [name for name, card in purposes().items() if card.signature]


def upward_unseen() -> list[str]:
    """Purposes that go upward unseen though they are not urgent."""
    return [name for name, card in purposes().items() if card.unseen_upward]


def staying() -> list[str]:
    """Purposes that go to nobody else where they reach nobody."""
    return [name for name, card in purposes().items() if card.stays]
