"""What every reader of a source is given, and what it brings."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.rules.sources import Login
from tocsin.base.errors import InvalidInput
from tocsin.federation.rules.outcomes import Reason, Unreadable
from tocsin.federation.services.downloads import Limits


@dataclass(frozen=True)
class Gathering:
    """How messages of a bus become a delivery: where objects are gathered (`path`), after how many messages or how long one is
    made, how many are read at once, how many may be set aside, and the resource's short name.
    """

    path: Path
    slug: str
    messages: int
    wait_s: float
    most_messages: int
    most_aside: int


@dataclass(frozen=True)
class SetAside:
    """A message that tells no change: which making of the stream it stood in, where, its beginning, and why it is none."""

    stream_made: str
    sequence: int
    subject: str
    at: str
    beginning: str
    reason: Reason


@dataclass(frozen=True)
class Errand:
    """One fetch. `into`: the file that it fills; `mark`: what the source said last time, empty where everything is to be brought
    again; `folder`: the resource's own; `trial`: a first page is enough, and of a file its beginning. `gathering`: of a bus.
    """

    into: Path
    limits: Limits
    most_pages: int
    secret: str = field(default="", repr=False)
    mark: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()
    quiet_s: float = 0.0
    trial: bool = False
    gathering: Gathering | None = None

    def page_limits(self, most_bytes: int) -> Limits:
        """The same limits for one page, which is held in memory."""
        return replace(self.limits, most_bytes=min(self.limits.most_bytes, most_bytes))


@dataclass(frozen=True)
class Fetched:
    """What a fetch brought.

    `unchanged`: the source says that nothing has changed, and the file is empty. `cut`: the file breaks off, as a trial is short;
    `more`: there are further pages. `is_present`: the source tells how things are now, so that what has not changed is as good as
    new; a file that lies somewhere is as old as it is. `set_aside`: messages that can't be read.
    """

    name: str
    mark: Mapping[str, str] = field(default_factory=dict)
    unchanged: bool = False
    cut: bool = False
    more: bool = False
    is_present: bool = True
    set_aside: tuple[SetAside, ...] = ()


@contextmanager
def refusals_as_unreadable() -> Iterator[None]:
    """What a rule refuses of an answer can't be read of its source, for the same reason."""
    try:
        yield
    except Unreadable:
        raise
    except InvalidInput as refusal:
        raise Unreadable(refusal.args[0], **refusal.named) from None


def login_headers(login: Login, account: str, secret: str) -> dict[str, str]:
    """The headers that tell who asks; Unreadable where a secret is missing, or can't stand in a header."""
    if login is Login.NONE:
        return {}
    if not secret:
        raise Unreadable(gettext_noop("the secret of this login is missing: enter it anew"))
    if login is Login.BASIC:
        pair = base64.b64encode(f"{account}:{secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}
    if not secret.isascii() or not secret.isprintable():
        raise Unreadable(gettext_noop("the secret holds signs that no header may hold: enter it anew"))
    return {"Authorization": f"Bearer {secret}"} if login is Login.BEARER else {account: secret}
