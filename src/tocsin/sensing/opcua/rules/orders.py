"""What the process that speaks to a server is told and what it says, one JSON text a line each."""

from typing import Final

import msgspec

from tocsin.base.errors import InvalidInput, TocsinError
from tocsin.sensing.opcua.rules.nodes import Node

MOST_ORDER: Final = 8_000_000
MOST_SAID: Final = 2_000_000
ROWS: Final = 2_000  # of values in one line
MOST_WORDS: Final = 400


class Limits(msgspec.Struct, frozen=True):
    """How much and how patiently a server is asked; the figures of the policy."""

    answer_within_s: float
    first_retry_s: float
    longest_retry_s: float
    session_s: float
    message_bytes: int
    memory_bytes: int
    nodes_a_request: int
    history_a_node: int
    late_s: float


class Order(msgspec.Struct, frozen=True):
    """What is done with one server: `watch` it, `read` its nodes once, `browse` below a node, or tell its `certificates`."""

    work: str
    endpoint: str
    networks: tuple[str, ...]
    limits: Limits
    security: str = "none"
    user: str = ""
    password: str = ""
    server_certificate: bytes = b""
    application_uri: str = ""
    client_certificate: bytes = b""
    client_key: bytes = b""
    nodes: tuple[Node, ...] = ()
    period_s: float = 60.0
    sampling_s: float = 1.0
    queue: int = 10
    branch: str = ""


class Reason(msgspec.Struct, frozen=True):
    """A reason in words: the English template and what is named in it."""

    text: str
    named: dict[str, str] = {}

    def error(self, kind: type[TocsinError] = InvalidInput) -> TocsinError:
        """As it is raised and shown."""
        return kind(self.text, **self.named)


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """One value of a channel: UTC milliseconds (none: now), the value (none: not measured), its quality."""

    channel: str
    ts_ms: int | None
    value: float | None
    quality: int


class Unread(msgspec.Struct, frozen=True, array_like=True):
    """One channel that says nothing that could be kept, and why. `is_value`: it has a value, but no number."""

    channel: str
    why: Reason
    is_value: bool = False


class Branch(msgspec.Struct, frozen=True):
    """One node below the one that was browsed."""

    node: str
    name: str
    is_variable: bool
    value: str = ""


class Offered(msgspec.Struct, frozen=True):
    """One endpoint that a server offers, with its certificate."""

    security: str  # empty: one that Tocsin doesn't speak
    policy: str
    users: tuple[str, ...]
    certificate: bytes = b""


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the process. `answered`: the server has been heard since the last line; `trouble`: why it can't be asked."""

    answered: bool = False
    subscribed: bool = False
    heard: tuple[Heard, ...] = ()
    unread: tuple[Unread, ...] = ()
    trouble: Reason | None = None
    branches: tuple[Branch, ...] = ()
    cut_short: bool = False
    offered: tuple[Offered, ...] = ()


def reason_of(error: TocsinError) -> Reason:
    """What an error says, to be told over a line."""
    named = {name: one.in_english if isinstance(one, TocsinError) else str(one) for name, one in error.named.items()}
    return Reason(str(error.args[0])[:MOST_WORDS] if error.args else "", {name: one[:MOST_WORDS] for name, one in named.items()})
