"""What a channel is handed, what it answers, and what every channel is."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self

from tocsin.jurisdiction.contacts.rules import ContactKind
from tocsin.notices.channels.rules.verdicts import Fate, Verdict


@dataclass(frozen=True)
class Letter:
    """One notice for one address, in the reader's language.

    `text` is whole; `redacted` has no place, no code of a pipe and no name, and is all that a public messenger gets. `link` is
    the one-time address of the page for those who never sign in, `public_link` that of a page which shows the redacted text
    alone; both empty where none is set up. `id` is the same in every attempt. `receiver`: the contact point, whose key signs.
    """

    id: str
    address: str
    subject: str
    text: str
    redacted: str
    link: str = ""
    public_link: str = ""
    urgent: bool = False
    drill: bool = False
    is_repeat: bool = False
    receiver: str = ""
    data: dict[str, Any] = field(default_factory=dict)  # for programs: ids, level, purpose


@dataclass(frozen=True)
class Answer:
    """What the channel says of a letter: the verdict, and the words by which a person would know why. `reply`: how the other
    side's own answer begins; it is shown to who tries a channel, and kept nowhere else.
    """

    verdict: Verdict
    words: str = ""
    gives_receipt: bool = False  # whether it arrived will be told later
    reply: str = field(default="", compare=False)


@dataclass(frozen=True)
class Receipt:
    """What a gateway tells later of a letter: its id, what became of it, and whether the person accepted by a key."""

    id: str
    fate: Fate
    words: str = ""


class Channel(Protocol):
    """A way out of the house, to contact points of one kind. `open` takes its part of `channels.toml`; ValueError names what is
    wrong there.

    `send` may be called by many threads at once, takes no longer than its own time limit, and never raises for what the other
    side does: that is a verdict.
    """

    kind: ClassVar[ContactKind]

    @classmethod
    def open(cls, table: dict[str, Any]) -> Self:
        """The channel as it is set up."""
        ...

    def send(self, letter: Letter) -> Answer:
        """Hands the letter over."""
        ...

    def close(self) -> None:
        """Lets go of connections."""
        ...
