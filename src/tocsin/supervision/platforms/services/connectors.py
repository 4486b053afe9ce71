"""Platforms that are joined by configuration: asked by HTTP, read from a folder, or heard on the bus. A bad row is told and
stops nothing; a file that was read is moved, never deleted; what was taken twice counts once.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_noop

from tocsin.base.storable import storable
from tocsin.federation.rules.outcomes import Outcome, Reason, Unreadable
from tocsin.federation.rules.records import MOST_BYTES, read_record, read_rows, record_of
from tocsin.federation.services.outgoing import Reply, request
from tocsin.jurisdiction.face import system_actor
from tocsin.supervision.evidence.policy import evidence_policy
from tocsin.supervision.evidence.services import Bounds, NewEvidence, Taken, take_evidence
from tocsin.supervision.platforms.models import Connector
from tocsin.supervision.platforms.policy import Platform
from tocsin.supervision.platforms.queries import platforms
from tocsin.supervision.platforms.services.folders import FORMS, folder_of, put_away, read_waiting, waiting_files
from tocsin.supervision.platforms.services.keys import key_of
from tocsin.supervision.platforms.services.senders import bounds_of, sender_of
from tocsin.supervision.platforms.services.states import Joined, note_failed, note_taken, state_of
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.services.signs import NewSign, take_signs
from tocsin.supervision.weather.policy import weather_policy
from tocsin.supervision.weather.rules import NewHour
from tocsin.supervision.weather.services import take_weather

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

log = logging.getLogger(__name__)

_LATER = (OperationalError, InterfaceError)
"""The database is away or busy: nothing is wrong with what came, and it is read again."""


def run_connectors(*, now: datetime) -> int:
    """Asks every platform whose time has come and reads what lies in folders; returns how many were run."""
    ran = 0
    for name, platform in platforms().items():
        if platform.way == "bus":
            continue
        try:
            state = state_of(Joined.by_settings(name, platform), now=now)
            if state.last_tried_at is not None and (now - state.last_tried_at).total_seconds() < platform.every_s:
                continue
            (pull if platform.way == "pull" else read_folder)(name, platform, now=now)
        except Exception as error:  # whatever one platform brings, the next one has its turn
            log.exception("platform %s failed", name)
            note_failed(Joined.by_settings(name, platform), _failed(error), now=now)
        ran += 1
    return ran


def _failed(error: Exception) -> Reason:
    told = gettext_noop("reading it failed inside Tocsin (%(kind)s): nothing is lost, it is tried again; the log says more")
    return Reason(told, {"kind": type(error).__name__})


def pull(name: str, platform: Platform, *, now: datetime) -> Taken:
    """One request to the platform from where the last one ended."""
    joined = Joined.by_settings(name, platform)
    try:
        body = ask(platform, state_of(joined, now=now).cursor, key_of(name, platform))
        taken = take_content(name, platform, body, now=now)
    except Unreadable as error:
        return note_failed(joined, error.reason, now=now)
    following = _cursor(body, platform)
    if following:
        Connector.objects.filter(name=name).update(cursor=storable(following)[:500])
    elif lacks_cursor(body, platform):
        note_failed(joined, no_cursor(platform), now=now)  # what it brought stays; the same page would be asked for ever
    return taken


def lacks_cursor(body: bytes, platform: Platform) -> bool:
    """Whether the settings name a cursor that the answer does not hold."""
    return bool(platform.cursor) and platform.form == "json" and not _at_cursor(body, platform)[0]


def no_cursor(platform: Platform) -> Reason:
    """Of an answer without the cursor that the settings name."""
    told = gettext_noop("the answer has no “%(path)s” (`cursor` in the settings) to go on from: the same records come again")
    return Reason(told, {"path": platform.cursor})


def ask(platform: Platform, cursor: str, key: str) -> bytes:
    """What the platform answers to a request from `cursor` on, with that key; Unreadable says why there is no answer."""
    fill = {"$secret": key, "$cursor": cursor}
    reply = request(
        _filled(platform.url, {"$cursor": quote(cursor, safe="")}),  # one value of the address, whatever the platform says
        None,
        method="GET",
        headers={header: _filled(value, fill) for header, value in platform.headers.items()},
        timeout_s=platform.timeout_s,
        most_bytes=MOST_BYTES,
        private=platform.private,
        certificates=platform.certificates,
    )
    if reply.outcome is not Outcome.TAKEN:
        raise _no_answer(reply)
    if len(reply.body) >= MOST_BYTES:
        raise Unreadable(gettext_noop("the answer is longer than %(bytes)s bytes: ask for less at once"), bytes=MOST_BYTES)
    return reply.body


def _no_answer(reply: Reply) -> Unreadable:
    if reply.status in (401, 403):
        return Unreadable(gettext_noop("the platform refuses the key (HTTP %(status)s)"), status=reply.status)
    if reply.status == 404:
        return Unreadable(gettext_noop("the platform has nothing at this address (HTTP 404): look at `url`"))
    if reply.status:
        return Unreadable(gettext_noop("the platform answers with HTTP %(status)s"), status=reply.status)
    if reply.outcome is Outcome.NEVER:
        return Unreadable(gettext_noop("the address must not be asked: %(words)s"), words=reply.words)
    return Unreadable(gettext_noop("the platform can't be reached: %(words)s"), words=reply.words)


def read_folder(name: str, platform: Platform, *, now: datetime) -> Taken:
    """Reads the files in `platforms/<name>/in`, oldest first; each goes to `done`, or with its reasons to `refused`."""
    folder = folder_of(name)
    for part in ("in", "done", "refused"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    Connector.objects.filter(name=name).update(last_tried_at=now)
    result = Taken()
    for path in waiting_files(name):
        try:
            taken = take_content(name, platform, read_waiting(path), form=FORMS[path.suffix.lower()], now=now)
        except Unreadable as error:
            _refuse(name, platform, path, error.reason, now)
            continue
        except _LATER:
            raise
        except Exception:  # a file that no check foresaw stops no other
            log.exception("platform %s: the file %s can't be taken", name, storable(path.name))
            _refuse(name, platform, path, Reason(_UNFORESEEN), now)
            continue
        result.taken += taken.taken
        result.refused += taken.refused
        reasons = "".join(f"row {position + 1}: {reason}\n" for position, reason in taken.refused)
        put_away(path, folder / ("refused" if reasons and not taken.taken and not taken.known else "done"), reasons)
    return result


_UNFORESEEN = gettext_noop("the file can't be taken and lies in `refused`, nothing is lost; the log says more")


def _refuse(name: str, platform: Platform, path: Path, reason: Reason, now: datetime) -> None:
    put_away(path, folder_of(name) / "refused", f"{reason}\n")
    told = Reason(reason.template, {**reason.figures, "place": storable(path.name)})
    note_failed(Joined.by_settings(name, platform), told, now=now)


def take_content(name: str, platform: Platform, content: bytes, *, form: str = "", now: datetime) -> Taken:
    """Takes what a platform wrote. Unreadable where it can't be read as a whole."""
    rows, read, result = read_content(platform, content, form=form)
    step = most_at_once(platform)
    for start in range(0, len(read), step):
        part = read[start : start + step]
        taken = _take_each(name, platform, [told for _, told in part], now)
        result.taken += taken.taken
        result.known += taken.known
        result.refused += [(part[position][0], reason) for position, reason in taken.refused]
        for firm_id, at in taken.firms.items():
            result.saw(firm_id, at)
        result.newest = max(filter(None, [taken.newest, result.newest]), default=None)
    note_taken(Joined.by_settings(name, platform), result, rows, now=now)
    return result


def most_at_once(platform: Platform) -> int:
    """How many records of its kind are taken in one transaction."""
    if platform.kind == "weather":
        return weather_policy().hours_at_once
    return duty_policy().keeping.signs_at_once if platform.kind == "signs" else evidence_policy().records_at_once


def weather_hours(platform: Platform, records: Sequence[Mapping[str, Any]]) -> list[NewHour]:
    """Records of a weather service as hours: a station's region is told by `places`, without a place it is the platform's."""
    hours = []
    for one in records:
        place = str(one.get("place", ""))
        region = platform.places.get(place, place) if place else platform.region
        hours.append(NewHour(region, one["at"], one["value"], _number(one.get("irradiance", ""))))
    return hours


def _number(text: object) -> float | None:
    try:
        return float(str(text))
    except ValueError:
        return None


def read_content(
    platform: Platform, content: bytes, *, form: str = ""
) -> tuple[list[Mapping[str, Any]], list[tuple[int, dict[str, Any]]], Taken]:
    """Rows as written, (position, record) of those that can be read, and those that can't with their reasons."""
    mapping = platform.mapping_of(form or platform.form)
    rows = read_rows(content, mapping)
    read: list[tuple[int, dict[str, Any]]] = []
    result = Taken()
    for position, row in enumerate(rows):
        try:
            read.append((position, record_of(row, mapping)))
        except Unreadable as error:
            result.refused.append((position, error.reason))
    return rows, read, result


def take_pushed(*, actor: "User", records: Sequence[NewEvidence], now: datetime) -> Taken:
    """What a platform pushes by itself with its bound token, and how it fares from now on. Conflict without one."""
    sender = sender_of(actor)
    taken = take_evidence(actor=actor, records=records, now=now, bounds=bounds_of(sender))
    joined = Joined.by_pushing(region_code=sender.region_code, platform=sender.platform, level=sender.level)
    if taken.firms or Connector.objects.filter(name=joined.name).exists():  # who never sent a record that counts is no platform
        rows = [{"firm": one.firm, "source": one.source, "at": one.at.isoformat(), "value": one.value} for one in records]
        note_taken(joined, taken, rows, now=now)
    return taken


def _take_each(name: str, platform: Platform, records: list[dict[str, Any]], now: datetime) -> Taken:
    """Takes records in one go; where that fails each half by itself, down to the record that can't be kept and is refused."""
    try:
        return _take(name, platform, records, now)
    except _LATER:
        raise
    except Exception as error:  # one record that no check foresaw stops no other
        if len(records) == 1:
            log.exception("platform %s: a record can't be kept", name)
            told = gettext_noop("this record can't be kept (%(kind)s): look at its texts and figures")
            return Taken(refused=[(0, Reason(told, {"kind": type(error).__name__}))])
    middle = len(records) // 2
    first, second = _take_each(name, platform, records[:middle], now), _take_each(name, platform, records[middle:], now)
    first.taken += second.taken
    first.known += second.known
    first.refused += [(middle + position, reason) for position, reason in second.refused]
    for firm_id, at in second.firms.items():
        first.saw(firm_id, at)
    first.newest = max(filter(None, [first.newest, second.newest]), default=None)
    return first


def _take(name: str, platform: Platform, records: list[dict[str, Any]], now: datetime) -> Taken:
    actor = system_actor(within=platform.region)  # what the platform tells of others is refused, row by row
    if platform.kind == "weather":
        told = take_weather(actor=actor, hours=weather_hours(platform, records), source=platform.platform, now=now)
        return Taken(taken=told.taken, known=told.known, refused=told.refused, newest=told.newest)
    if platform.kind == "signs":
        return take_signs(actor=actor, signs=[NewSign(**told) for told in records], now=now)
    evidence = [NewEvidence(platform=platform.platform, level=platform.level, **told) for told in records]
    return take_evidence(actor=actor, records=evidence, now=now, bounds=Bounds(f"platform:{name}"[:60]))


def _cursor(body: bytes, platform: Platform) -> str:
    if not platform.cursor or platform.form != "json":
        return ""
    found = _at_cursor(body, platform)[1]
    return "" if found is None else str(found)


def _at_cursor(body: bytes, platform: Platform) -> tuple[bool, Any]:
    """Whether the answer holds what the settings name, and what it is: nothing (null) after the last page."""
    found: Any = read_record(body)
    for part in platform.cursor.split("."):
        if not isinstance(found, dict) or part not in found:
            return False, None
        found = found[part]
    return True, found


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def heard_platforms(*, now: datetime) -> list[tuple[str, Platform, int]]:
    """(name, platform, how far its subject has been read) of the platforms that are heard on the bus."""
    found = [(name, one) for name, one in platforms().items() if one.way == "bus"]
    return [(name, one, int(state_of(Joined.by_settings(name, one), now=now).cursor or 0)) for name, one in found]


def take_message(*, name: str, platform: Platform, sequence: int, payload: bytes, now: datetime) -> None:
    """What was published on a platform's subject, and how far it has been read. What can't be read is told and passed over."""
    joined = Joined.by_settings(name, platform)
    try:
        take_content(name, platform, payload, now=now)
    except Unreadable as error:
        told = Reason(error.reason.template, {**error.reason.figures, "place": f"#{sequence}"})
        note_failed(joined, told, now=now)
    except _LATER:
        raise
    except Exception as error:  # a message that can't be taken is passed over and shown: the next one has its turn
        log.exception("platform %s: message %d can't be taken", name, sequence)
        words = gettext_noop("the message can't be taken (%(kind)s): it is passed over; the log says more")
        note_failed(joined, Reason(words, {"kind": type(error).__name__, "place": f"#{sequence}"}), now=now)
    Connector.objects.filter(name=name).update(cursor=str(sequence))
