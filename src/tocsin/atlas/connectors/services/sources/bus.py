"""Messages of a bus: the newest of each object, written as one delivery when enough have gathered.

How far the stream was read lies with the objects (`gathered`) and, once a delivery of them is kept, in the connector's mark. A
process that dies between the two finds them apart and delivers what it had gathered; a delivery that was kept is known by its
digest. So no message is lost, and none counts twice.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.rules.messages import MOST_NAMES, Change, read_message
from tocsin.atlas.connectors.rules.sources import BusSource, Login, own_subject
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched, Gathering, SetAside
from tocsin.atlas.connectors.services.sources.gathered import GatheredRows
from tocsin.atlas.connectors.services.sources.rows import RowsFile
from tocsin.base.errors import InvalidInput
from tocsin.base.storable import storable
from tocsin.bus.streams import RESOURCES
from tocsin.bus.subjects import ForeignBus, Message, Subject, SubjectError, Trouble
from tocsin.federation.rules.outcomes import Reason, Unreadable
from tocsin.federation.services.downloads import checked_address, too_large

TRIAL_ROWS: Final = 50
MOST_BEGINNING: Final = 500
_PORT: Final = 4222
_NO_ROOM: Final = gettext_noop("with its names the table would have more than %(most)s columns")


def fetch_bus(source: BusSource, errand: Errand) -> Fetched:
    """Takes what waits, and brings all objects once enough has gathered; a trial shows the first of the subject."""
    by = errand.gathering
    if by is None:
        raise RuntimeError("an errand to a bus says how messages are gathered")
    subject = source.subject or own_subject(by.slug)
    if errand.trial:
        with GatheredRows(None, "") as gathered, _opened(source, subject, errand) as stream:
            return _try(source, subject, errand, gathered, stream)
    with GatheredRows(by.path, _own_to(source)) as gathered, _opened(source, subject, errand) as stream:
        gathered.forget_aside(int(errand.mark.get("sequence", "0")))
        return _fetch(source, subject, errand, by, gathered, stream)


def gathered_at(folder: Path, slug: str) -> Path:
    """Where the objects of a resource are gathered."""
    return folder / "bus" / f"{slug}.sqlite3"


def forget_gathered(path: Path) -> None:
    """The connector is gone, and what it had gathered with it; what was delivered stays."""
    path.unlink(missing_ok=True)


def _fetch(source: BusSource, subject: str, errand: Errand, by: Gathering, gathered: GatheredRows, stream: Subject) -> Fetched:
    seen = stream.look()
    if seen.made != gathered.stream or seen.last < gathered.sequence:
        gathered.begin_stream(seen.made)
    waiting = stream.begin(gathered.sequence)
    delivered = errand.mark.get("sequence", "")
    same = Fetched(subject, errand.mark, unchanged=True, is_present=False)
    if waiting and errand.mark and waiting < by.messages and gathered.waits_s() < by.wait_s:
        return same
    if not waiting and delivered == str(gathered.sequence):
        return same
    left = _take(source, errand, by, gathered, stream, waiting)
    aside = tuple(gathered.aside())
    if left or (not gathered.count and not delivered):
        return Fetched(subject, errand.mark, unchanged=True, is_present=False, more=left > 0, set_aside=aside)
    _write(errand, gathered)
    mark = {"sequence": str(gathered.sequence), "stream": seen.name}
    return Fetched(subject, mark, is_present=waiting > 0, set_aside=aside)


def _take(source: BusSource, errand: Errand, by: Gathering, gathered: GatheredRows, stream: Subject, waiting: int) -> int:
    """Takes what waits, as much as one fetch may; how many messages are left."""
    wanted, set_aside = min(waiting, by.most_messages), 0
    left = waiting
    while wanted > 0 and set_aside < by.most_aside and stream.came < errand.limits.most_bytes // 2:
        messages = stream.next(wanted)
        changes, aside = _read(source, gathered, messages)
        gathered.take(changes, aside, messages[-1].sequence)
        wanted, left, set_aside = wanted - len(messages), left - len(messages), set_aside + len(aside)
        _ = errand.limits.left_s
    return left


def _read(source: BusSource, gathered: GatheredRows, messages: list[Message]) -> tuple[list[Change], list[SetAside]]:
    """What each message says, or why it says nothing."""
    changes: list[Change] = []
    aside: list[SetAside] = []
    names: set[str] = set()
    for one in messages:
        try:
            change = read_message(one.payload, subject=one.subject, removes=one.removes, key=source.key, deleted=source.deleted)
        except InvalidInput as refusal:
            figures = {name: str(value)[:MOST_BEGINNING] for name, value in refusal.named.items()}
            aside.append(_aside(gathered, one, Reason(str(refusal.args[0]), figures)))
            continue
        if gathered.has_room_for(change, names):
            changes.append(change)
        else:
            aside.append(_aside(gathered, one, Reason(_NO_ROOM, {"most": str(MOST_NAMES)})))
    return changes, aside


def _aside(gathered: GatheredRows, one: Message, reason: Reason) -> SetAside:
    beginning = storable(one.payload[: 4 * MOST_BEGINNING].decode(errors="replace"))[:MOST_BEGINNING]
    return SetAside(gathered.stream[:40], one.sequence, storable(one.subject)[:200], one.at.isoformat(), beginning, reason)


def _try(source: BusSource, subject: str, errand: Errand, gathered: GatheredRows, stream: Subject) -> Fetched:
    stream.look()
    waiting = stream.begin(0)
    if not waiting:
        told = gettext_noop("the subject %(subject)s has no message yet: let one be sent, or look at its spelling")
        raise Unreadable(told, subject=subject)
    changes: list[Change] = []
    aside: list[SetAside] = []
    read = 0
    while read < min(waiting, TRIAL_ROWS):
        messages = stream.next(min(waiting, TRIAL_ROWS) - read)
        read += len(messages)
        good, bad = _read(source, gathered, messages)
        changes, aside = [*changes, *good], [*aside, *bad]
    gathered.take(changes, [], 0)
    if not gathered.count:
        reason = aside[0].reason if aside else Reason(gettext_noop("the first messages tell of objects that are gone"))
        raise Unreadable(reason.template, **reason.figures)
    _write(errand, gathered)
    return Fetched(subject, more=waiting > read)


def _write(errand: Errand, gathered: GatheredRows) -> None:
    into = errand.into.with_name(f"{errand.into.name}.all")
    with RowsFile(into, errand.limits.most_bytes) as rows:
        for properties, geometry in gathered.rows():
            rows.add(properties, geometry)
    into.replace(errand.into)


@contextmanager
def _opened(source: BusSource, subject: str, errand: Errand) -> Iterator[Subject]:
    """The subject, open; what is wrong with the bus in words."""
    stream = source.stream or (RESOURCES if not source.url else "")
    try:
        with Subject(
            _bus(source, errand), subject, stream, ends_at=errand.limits.ends_at, most_bytes=errand.limits.most_bytes
        ) as opened:
            yield opened
    except SubjectError as error:
        raise _sorted(error, source, subject, errand) from None


def _bus(source: BusSource, errand: Errand) -> ForeignBus | None:
    if not source.url:
        return None
    if source.login is not Login.NONE and not errand.secret:
        raise Unreadable(gettext_noop("the secret of this login is missing: enter it anew"))
    parts = urlsplit(source.url)
    host, port = str(parts.hostname), parts.port or _PORT
    return ForeignBus(
        host,
        checked_address(host, port, errand.limits.networks),
        port,
        encrypted=parts.scheme == "tls",
        user=source.account if source.login is Login.BASIC else "",
        secret=errand.secret if source.login is not Login.NONE else "",
        certificates=errand.limits.certificates,
    )


_WORDS: Final = {
    Trouble.AWAY: gettext_noop("the bus does not answer: %(why)s"),
    Trouble.LOGIN: gettext_noop("the bus refuses this login: look at the account and the secret"),
    Trouble.PLAIN: gettext_noop("the bus offers no encryption, and the address asks for it (tls://): nothing was told to it"),
    Trouble.NO_LOG: gettext_noop("the bus keeps no messages (JetStream is off, or this account has none)"),
    Trouble.NO_STREAM: gettext_noop("the bus has no stream that keeps %(subject)s: look at its spelling"),
    Trouble.NOT_ALLOWED: gettext_noop("the account may not read this: %(why)s"),
    Trouble.BROKE_OFF: gettext_noop("the bus fell silent while it was read (%(why)s): it is asked again"),
}


def _sorted(error: SubjectError, source: BusSource, subject: str, errand: Errand) -> Unreadable:
    if error.trouble is Trouble.TOO_MUCH:
        return too_large(errand.limits.most_bytes)
    with suppress(KeyError):
        why = error.why.replace(errand.secret or "\0", "…")
        return Unreadable(_WORDS[error.trouble], why=why or "–", subject=source.stream or subject)
    raise error


def _own_to(source: BusSource) -> str:
    """What tells this source from another one, whoever logs in."""
    told = msgspec.json.encode([source.url, source.subject, source.stream, source.key, source.deleted])
    return hashlib.sha256(told).hexdigest()
