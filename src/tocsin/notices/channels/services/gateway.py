"""A gateway by HTTP template: the request, what in its answer means taken, and what its receipts mean.

    [sms]
    url = "https://gateway.example/send"
    headers = { Authorization = "Bearer $secret" }
    body = { to = "$address", text = "$text", uid = "$id" }
    secret_env = "TOCSIN_SMS_SECRET"
    taken = { path = "code", values = ["0"] }
    receipt = { secret_env = "TOCSIN_SMS_RECEIPT", id = "uid", event = "status", delivered = ["DELIVRD"], failed = ["UNDELIV"] }

`$id $address $subject $text $link $secret`, and what a letter tells programs, are put into the values of the body, never into
its form: no text can break out.
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from string import Template
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.federation.rules.outcomes import Outcome
from tocsin.federation.services.outgoing import Reply, request
from tocsin.notices.channels.queries import secret_of
from tocsin.notices.channels.rules.letters import Answer, Letter, Receipt
from tocsin.notices.channels.rules.verdicts import Fate, Verdict

BEGINNING: Final = 300  # characters


class Taken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the answer's JSON says that the message was taken, and by which values; `later`: those that ask to try again."""

    path: str
    values: tuple[str, ...]
    later: tuple[str, ...] = ()


class ReceiptForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a receipt is read: names of its fields, and which events mean what. `signed`: keys pressed, "1" to accept."""

    secret_env: str
    id: str = "id"
    event: str = "event"
    delivered: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()


class GatewaySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One gateway. `form`: how the body is written. `public`: others can read there, so that the text is redacted. `private`: the
    inner networks in which it may be reached; None: wherever its address leads, since who wrote the file named it.
    """

    url: str
    body: dict[str, Any] = {}
    method: Literal["POST", "PUT", "GET"] = "POST"
    form: Literal["json", "urlencoded"] = "json"
    headers: dict[str, str] = {}
    secret_env: str = ""
    timeout_s: float = 10.0
    certificates: str = ""
    public: bool = False
    taken: Taken | None = None
    message_id: str = ""
    receipt: ReceiptForm | None = None
    private: tuple[str, ...] | None = None


class Gateway:
    """One gateway as it is set up. The operator named its address, so that one may be inside; where somebody else did, `private`
    names what may be.
    """

    def __init__(self, table: GatewaySettings, *, private: Iterable[str] | None = None) -> None:
        parts = urlsplit(table.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("url must begin with https:// or http:// and name a host")
        self.table = table
        named = table.private if private is None else tuple(private)
        self.private = (parts.hostname,) if named is None else named
        self.secret = secret_of(table.secret_env)
        if table.receipt and not secret_of(table.receipt.secret_env):
            raise ValueError("receipt.secret_env must name the key by which the gateway proves itself")

    def send(self, letter: Letter) -> Answer:
        """Hands the letter over; 200 alone is not believed where the settings say what the answer must hold."""
        table = self.table
        values = self._values(letter)
        headers = {name: Template(text).safe_substitute(values) for name, text in table.headers.items()}
        body = _filled(table.body, values)
        if table.form == "json":
            content, kind = json.dumps(body, ensure_ascii=False).encode(), "application/json"
        else:
            content, kind = urlencode(body).encode(), "application/x-www-form-urlencoded"
        reply = request(
            Template(table.url).safe_substitute({name: quote(text, safe="") for name, text in values.items()}),
            b"" if table.method == "GET" else content,
            method=table.method,
            headers={"Content-Type": kind, "Idempotency-Key": letter.id, **headers},
            timeout_s=table.timeout_s,
            private=self.private,
            certificates=table.certificates,
        )
        return self._judge(reply)

    def _values(self, letter: Letter) -> dict[str, str]:
        text, link = (letter.redacted, letter.public_link) if self.table.public else (letter.text, letter.link)
        told = {name: one for name, one in letter.data.items() if isinstance(one, str)}
        return told | {
            "id": letter.id,
            "address": letter.address,
            "subject": letter.subject,
            "text": "\n".join(filter(None, (text, link))),
            "link": link,
            "secret": self.secret,
        }

    def _judge(self, reply: Reply) -> Answer:
        receipts = self.table.receipt is not None
        if reply.outcome is not Outcome.TAKEN:
            return Answer(Verdict(reply.outcome), reply.words, reply=beginning(reply.body))
        if self.table.taken is None and not self.table.message_id:
            return Answer(Verdict.TAKEN, gives_receipt=receipts, reply=beginning(reply.body))
        try:
            told = read_json(reply.body)
        except InvalidInput:
            return Answer(Verdict.UNKNOWN, "the gateway said 200 and nothing readable", reply=beginning(reply.body))
        taken = self.table.taken
        if taken is not None:
            value = at_path(told, taken.path)
            if value not in taken.values:
                verdict = Verdict.LATER if value in taken.later else Verdict.NEVER
                return Answer(verdict, f"the gateway said {taken.path}={value}"[:300], reply=beginning(reply.body))
        number = at_path(told, self.table.message_id)
        return Answer(Verdict.TAKEN, number, gives_receipt=receipts, reply=beginning(reply.body))


def read_receipt(form: ReceiptForm, fields: Mapping[str, Any], *, key: str) -> Receipt | None:
    """What a gateway's call back tells; None where its key is wrong or it tells nothing that the settings name."""
    expected = secret_of(form.secret_env)
    if not expected or not hmac.compare_digest(key.encode(), expected.encode()):
        return None
    identity, event = at_path(fields, form.id), at_path(fields, form.event)
    named = (
        (form.signed, Fate.SIGNED),
        (form.read, Fate.READ),
        (form.delivered, Fate.DELIVERED),
        (form.failed, Fate.FAILED),
    )
    fate = next((fate for events, fate in named if event in events), None)
    return None if fate is None or not identity else Receipt(identity, fate, event[:100])


def at_path(told: Any, path: str) -> str:
    """The value at `data.0.code` as text, empty where there is none.

    >>> at_path({"data": [{"code": 0}]}, "data.0.code")
    '0'
    """
    for part in path.split(".") if path else ():
        if isinstance(told, Mapping):
            told = told.get(part)
        elif isinstance(told, list) and part.isdigit() and int(part) < len(told):
            told = told[int(part)]
        else:
            return ""
    if not path or isinstance(told, dict | list) or told is None:
        return ""
    return str(told).lower() if isinstance(told, bool) else str(told)


def beginning(body: bytes) -> str:
    """How an answer begins, for who looks at a test."""
    return " ".join(body[: 4 * BEGINNING].decode("utf-8", "replace").split())[:BEGINNING]


def _filled(form: Any, values: Mapping[str, str]) -> Any:
    if isinstance(form, str):
        return Template(form).safe_substitute(values)
    if isinstance(form, dict):
        return {name: _filled(one, values) for name, one in form.items()}
    if isinstance(form, list):
        return [_filled(one, values) for one in form]
    return form
