"""A platform is tried: asked, or its newest file or message read, without taking anything; step by step, in words."""

from datetime import datetime
from typing import Any

from asgiref.sync import async_to_sync
from django.utils.translation import gettext_noop

from tocsin.base.errors import Unavailable
from tocsin.base.storable import storable
from tocsin.bus.connection import connect
from tocsin.bus.streams import PLATFORMS
from tocsin.federation.rules.outcomes import Reason, Unreadable
from tocsin.jurisdiction.face import require, system_actor
from tocsin.supervision.evidence.services import NewEvidence, Taken, examine_evidence
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.platforms.models import Connector
from tocsin.supervision.platforms.policy import Platform
from tocsin.supervision.platforms.queries import platforms
from tocsin.supervision.platforms.rules import Found, Step
from tocsin.supervision.platforms.services.connectors import (
    ask,
    lacks_cursor,
    most_at_once,
    no_cursor,
    read_content,
    weather_hours,
)
from tocsin.supervision.platforms.services.folders import FORMS, folder_of, read_waiting, waiting_files
from tocsin.supervision.platforms.services.keys import key_of
from tocsin.supervision.posts.services.signs import NewSign, examine_signs
from tocsin.supervision.weather.services import examine_weather

SHOWN = 5  # reasons of refused rows
BUS_S = 5.0


def try_platform(*, actor: Any, name: str, now: datetime) -> list[Step]:
    """Looks at one platform of the settings; writes nothing. LookupError for a name that is not there."""
    platform = platforms()[name]
    require(actor, rights.MANAGE, platform.region)
    return trial(name, platform, now=now)


def trial(name: str, platform: Platform, *, now: datetime) -> list[Step]:
    """The steps in their order; what comes after a wrong one could not be looked at."""
    try:
        match platform.way:
            case "pull":
                state = Connector.objects.filter(name=name).first()
                body = ask(platform, state.cursor if state else "", key_of(name, platform))
                told = Reason(gettext_noop("the platform answers with %(bytes)s bytes"), {"bytes": str(len(body))})
                lacks = [Step(Found.WRONG, no_cursor(platform))] if lacks_cursor(body, platform) else []
                return [Step(Found.GOOD, told), *lacks, *_content(platform, body, "", now)]
            case "folder":
                return _folder(name, platform, now)
            case "bus":
                return _bus(platform, now)
    except Unreadable as error:
        return [Step(Found.WRONG, error.reason)]


def _folder(name: str, platform: Platform, now: datetime) -> list[Step]:
    folder = folder_of(name) / "in"
    if not folder.is_dir():
        told = gettext_noop("there is no folder %(folder)s yet: the worker makes it when it has read the settings")
        return [Step(Found.WRONG, Reason(told, {"folder": str(folder)}))]
    others = sorted(one.name for one in folder.iterdir() if one.suffix.lower() not in FORMS)
    steps = []
    if others:
        told = gettext_noop("files with other endings are left alone: %(names)s")
        steps.append(Step(Found.NOTE, Reason(told, {"names": storable(", ".join(others[:SHOWN]))})))
    waiting = waiting_files(name)
    done = folder_of(name) / "done"
    read = sorted(done.glob("*"), key=lambda one: one.lstat().st_mtime) if done.is_dir() else []
    read = [one for one in read if one.suffix.lower() in FORMS]
    if not waiting and not read:
        return [*steps, Step(Found.NOTE, Reason(gettext_noop("the folder is empty, and nothing has been read from it so far")))]
    looked_at = (waiting or read)[-1]
    told = gettext_noop("%(waiting)s files wait; looked at is %(name)s")
    steps.append(Step(Found.GOOD, Reason(told, {"waiting": str(len(waiting)), "name": storable(looked_at.name)})))
    try:
        return [*steps, *_content(platform, read_waiting(looked_at), FORMS[looked_at.suffix.lower()], now)]
    except Unreadable as error:
        return [*steps, Step(Found.WRONG, error.reason)]


def _bus(platform: Platform, now: datetime) -> list[Step]:
    subject = f"platforms.{platform.subject}"
    try:
        payload = async_to_sync(newest_message)(subject)
    except Unavailable as error:
        return [Step(Found.WRONG, Reason(gettext_noop("the message bus does not answer: %(words)s"), {"words": str(error)}))]
    if payload is None:
        told = gettext_noop("the message bus answers; nothing is kept of the subject %(subject)s")
        return [Step(Found.NOTE, Reason(told, {"subject": subject}))]
    told = gettext_noop("the newest message on %(subject)s has %(bytes)s bytes")
    step = Step(Found.GOOD, Reason(told, {"subject": subject, "bytes": str(len(payload))}))
    try:
        return [step, *_content(platform, payload, "", now)]
    except Unreadable as error:
        return [step, Step(Found.WRONG, error.reason)]


async def newest_message(subject: str) -> bytes | None:
    """The newest message that the bus keeps of a subject."""
    async with await connect(patience_s=BUS_S) as connection:
        return await connection.newest(PLATFORMS, subject)


def _content(platform: Platform, content: bytes, form: str, now: datetime) -> list[Step]:
    rows, read, result = read_content(platform, content, form=form)
    if not rows:
        return [Step(Found.NOTE, Reason(gettext_noop("there is no record in it")))]
    part = read[: most_at_once(platform)]
    examined = examine_records(platform, [told for _position, told in part], now)
    refused = [*result.refused, *((part[position][0], reason) for position, reason in examined.refused)]
    told = {"rows": str(len(rows)), "good": str(len(part) - len(examined.refused)), "firms": str(len(examined.firms))}
    none = not examined.firms and examined.newest is None
    found = Found.WRONG if none else Found.NOTE if refused else Found.GOOD
    sentence = gettext_noop("of %(rows)s records %(good)s can be taken, of %(firms)s firms")
    if platform.kind == "weather":
        sentence = gettext_noop("of %(rows)s hours %(good)s can be taken")
    refusals = [
        Step(Found.WRONG, Reason(reason.template, {**reason.figures, "place": f"#{position + 1}"}))
        for position, reason in sorted(refused, key=lambda one: one[0])[:SHOWN]
    ]
    return [Step(found, Reason(sentence, told)), *refusals]


def examine_records(platform: Platform, records: list[dict[str, Any]], now: datetime) -> Taken:
    """What would become of these records, without writing anything."""
    actor = system_actor(within=platform.region)
    if platform.kind == "weather":
        told = examine_weather(actor=actor, hours=weather_hours(platform, records), now=now)[1]
        return Taken(refused=told.refused, newest=told.newest)
    if platform.kind == "signs":
        return examine_signs(actor=actor, signs=[NewSign(**told) for told in records], now=now)[1]
    evidence = [NewEvidence(platform=platform.platform, level=platform.level, **told) for told in records]
    return examine_evidence(actor=actor, records=evidence, now=now)[1]
