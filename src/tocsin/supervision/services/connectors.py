"""Platforms that are joined by configuration: asked by HTTP, read from a folder, or heard on the bus. A bad row is told and
stops nothing; a file that was read is moved, never deleted; what was taken twice counts once.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from tocsin.base.errors import InvalidInput
from tocsin.federation.outgoing import request
from tocsin.federation.records import read_rows, record_of
from tocsin.federation.rules import Outcome
from tocsin.federation.secrets import secret
from tocsin.jurisdiction.services import system_actor
from tocsin.supervision.models import Connector
from tocsin.supervision.policy.duty import duty_policy
from tocsin.supervision.policy.platforms import Platform, platforms
from tocsin.supervision.policy.work import work_policy
from tocsin.supervision.services.evidence import NewEvidence, Taken, take_evidence
from tocsin.supervision.services.presence_signs import NewSign, take_signs

log = logging.getLogger(__name__)

MOST_BYTES = 32 * 1024 * 1024
TOLD = 20  # of the newest refused rows
_FORMS = {".csv": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson"}


def run_connectors(*, now: datetime) -> int:
    """Asks every platform whose time has come and reads what lies in folders; returns how many were run."""
    ran = 0
    for name, platform in platforms().items():
        if platform.way == "bus":
            continue
        state, _created = Connector.objects.get_or_create(name=name, defaults={"region_code": platform.region})
        if state.last_tried_at is not None and (now - state.last_tried_at).total_seconds() < platform.every_s:
            continue
        (pull if platform.way == "pull" else read_folder)(name, platform, now=now)
        ran += 1
    return ran


def pull(name: str, platform: Platform, *, now: datetime) -> Taken:
    """One request to the platform from where the last one ended."""
    state = Connector.objects.get(name=name)
    try:
        key = secret(platform.secret_env)
    except ValueError as error:
        return _failed(name, str(error), now)
    fill = {"$secret": key, "$cursor": state.cursor}
    reply = request(
        _filled(platform.url, {"$cursor": state.cursor}),
        None,
        method="GET",
        headers={header: _filled(value, fill) for header, value in platform.headers.items()},
        timeout_s=platform.timeout_s,
        most_bytes=MOST_BYTES,
        private=platform.private,
        certificates=platform.certificates,
    )
    if reply.outcome is not Outcome.TAKEN:
        return _failed(name, reply.words, now)
    if len(reply.body) >= MOST_BYTES:
        return _failed(name, f"the answer is longer than {MOST_BYTES} bytes: ask for less at once", now)
    try:
        taken = take_content(name, platform, reply.body, now=now)
    except InvalidInput as error:
        return _failed(name, str(error), now)
    following = _cursor(reply.body, platform)
    if following:
        Connector.objects.filter(name=name).update(cursor=following[:500])
    return taken


def read_folder(name: str, platform: Platform, *, now: datetime) -> Taken:
    """Reads the files in `platforms/<name>/in`, oldest first; each goes to `done`, or with its reasons to `refused`."""
    folder = settings.CONFIGURATION.data / "platforms" / name
    for part in ("in", "done", "refused"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    Connector.objects.filter(name=name).update(last_tried_at=now)
    result = Taken()
    for path in sorted((one for one in (folder / "in").iterdir() if _ready(one)), key=lambda one: one.stat().st_mtime):
        try:
            taken = take_content(name, platform, path.read_bytes(), form=_FORMS[path.suffix.lower()], now=now)
        except InvalidInput as error:
            _move(path, folder / "refused", f"{error}\n")
            _failed(name, f"{path.name}: {error}", now)
            continue
        result.taken += taken.taken
        result.refused += taken.refused
        reasons = "".join(f"row {position + 1}: {reason}\n" for position, reason in taken.refused)
        _move(path, folder / ("refused" if reasons and not taken.taken and not taken.known else "done"), reasons)
    return result


def take_content(name: str, platform: Platform, content: bytes, *, form: str = "", now: datetime) -> Taken:
    """Takes what a platform wrote. InvalidInput where it can't be read as a whole."""
    mapping = platform.mapping_of(form or platform.form)
    rows = read_rows(content, mapping)
    read: list[tuple[int, dict[str, Any]]] = []
    result = Taken()
    for position, row in enumerate(rows):
        try:
            read.append((position, record_of(row, mapping)))
        except InvalidInput as error:
            result.refused.append((position, str(error)))
    signs = platform.kind == "signs"
    step = duty_policy().keeping.signs_at_once if signs else work_policy().evidence.records_at_once
    for start in range(0, len(read), step):
        part = read[start : start + step]
        taken = _take(platform, [told for _, told in part], now)
        result.taken += taken.taken
        result.known += taken.known
        result.refused += [(part[position][0], reason) for position, reason in taken.refused]
    _note(name, platform, result, rows, now)
    return result


def _take(platform: Platform, records: list[dict[str, Any]], now: datetime) -> Taken:
    if platform.kind == "signs":
        return take_signs(actor=system_actor(), signs=[NewSign(**told) for told in records], now=now)
    evidence = [NewEvidence(platform=platform.platform, level=platform.level, **told) for told in records]
    return take_evidence(actor=system_actor(), records=evidence, now=now)


@transaction.atomic
def _note(name: str, platform: Platform, result: Taken, rows: "list[Mapping[str, Any]]", now: datetime) -> None:
    Connector.objects.get_or_create(name=name, defaults={"region_code": platform.region})
    state = Connector.objects.select_for_update().get(name=name)
    state.region_code = platform.region
    state.last_tried_at = state.last_done_at = now
    state.last_error = ""
    state.taken += result.taken
    state.known += result.known
    state.refused += len(result.refused)
    if result.refused:
        state.last_refused = [
            {"row": json.dumps(rows[position], ensure_ascii=False, default=str)[:300], "reason": reason}
            for position, reason in sorted(result.refused)[:TOLD]
        ]
    state.save()


def _failed(name: str, words: str, now: datetime) -> Taken:
    Connector.objects.filter(name=name).update(last_tried_at=now, last_error=words[:500])
    log.warning("platform %s: %s", name, words)
    return Taken()


def _cursor(body: bytes, platform: Platform) -> str:
    if not platform.cursor or platform.form != "json":
        return ""
    found: Any = json.loads(body)
    for part in platform.cursor.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return "" if found is None else str(found)


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _ready(path: Path) -> bool:
    """A file of a known form. Who writes a file under another name first and renames it is never read by halves."""
    return path.is_file() and path.suffix.lower() in _FORMS


def _move(path: Path, folder: Path, reasons: str) -> None:
    target = folder / path.name
    number = 1
    while target.exists():
        target = folder / f"{path.stem}-{number}{path.suffix}"
        number += 1
    path.rename(target)
    if reasons:
        target.with_suffix(f"{target.suffix}.reasons.txt").write_text(reasons, encoding="utf-8")


def heard_platforms() -> list[tuple[str, Platform, int]]:
    """(name, platform, how far its subject has been read) of the platforms that are heard on the bus."""
    found = {name: one for name, one in platforms().items() if one.way == "bus"}
    read = dict(Connector.objects.filter(name__in=found).values_list("name", "cursor"))
    return [(name, one, int(read.get(name) or 0)) for name, one in found.items()]


def take_message(*, name: str, platform: Platform, sequence: int, payload: bytes, now: datetime) -> None:
    """What was published on a platform's subject, and how far it has been read. What can't be read is told and passed over."""
    try:
        take_content(name, platform, payload, now=now)
    except InvalidInput as error:
        _failed(name, f"message {sequence}: {error}", now)
    Connector.objects.update_or_create(name=name, defaults={"cursor": str(sequence), "region_code": platform.region})
