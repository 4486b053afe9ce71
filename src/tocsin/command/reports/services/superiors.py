"""A signed report handed to a superior platform, and what its answer means."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from urllib.parse import urlsplit

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.command.reports.queries.superiors import Superior
from tocsin.federation.rules.outcomes import Outcome
from tocsin.federation.rules.signatures import HEADER, signature
from tocsin.federation.services.outgoing import Reply, request
from tocsin.federation.services.secrets import secret
from tocsin.notices.channels.rules.verdicts import Verdict
from tocsin.notices.face import at_path

CONFLICT = 409
"""A platform that knows the key already may answer so."""


@dataclass(frozen=True)
class Answer:
    """What one attempt came to; `receipt` is the platform's number."""

    verdict: Verdict
    words: str = ""
    receipt: str = ""


def hand_up(superior: Superior, report: Mapping[str, object], *, key: str, attempt: int) -> Answer:
    """One signed request. 200 alone is not believed where the table says what the answer must hold."""
    try:
        key_of_platform = secret(superior.secret_env)
    except ValueError as error:
        return Answer(Verdict.LATER, str(error))
    body = json.dumps(report, ensure_ascii=False).encode()
    headers = {name: Template(text).safe_substitute(secret=key_of_platform) for name, text in superior.headers.items()}
    reply = request(
        superior.url,
        body,
        headers={
            **headers,
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "Tocsin-Attempt": str(attempt),
            HEADER: signature(key_of_platform, body, int(time.time())),
        },
        timeout_s=superior.timeout_s,
        private=(urlsplit(superior.url).hostname or "",),
        certificates=superior.certificates,
    )
    return judge(superior, reply, names=(key, str(report["number"])))


def judge(superior: Superior, reply: Reply, *, names: tuple[str, ...]) -> Answer:
    """What the platform's answer means; `names` are those by which it may name the report."""
    known_already = reply.status == CONFLICT and bool(superior.receipt)
    if reply.outcome is not Outcome.TAKEN and not known_already:
        return Answer(Verdict(reply.outcome), reply.words)
    if superior.taken is None and not superior.receipt and not superior.echo:
        return Answer(Verdict.TAKEN, reply.words)
    try:
        told = read_json(reply.body)
    except InvalidInput:
        return Answer(Verdict.UNKNOWN, f"{reply.words} and nothing readable")
    if superior.taken is not None and not known_already:
        value = at_path(told, superior.taken.path)
        if value not in superior.taken.values:
            verdict = Verdict.LATER if value in superior.taken.later else Verdict.NEVER
            return Answer(verdict, _printable(f"{superior.taken.path}={value}")[:300])
    if superior.echo and at_path(told, superior.echo) not in names:
        return Answer(Verdict.UNKNOWN, _printable(f"it acknowledged another report: {at_path(told, superior.echo)}")[:300])
    receipt = _printable(at_path(told, superior.receipt))
    if superior.receipt and not receipt:
        return Answer(Verdict.NEVER if known_already else Verdict.UNKNOWN, f"{reply.words} without a receipt number")
    return Answer(Verdict.TAKEN, reply.words, receipt[:120])


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())
