"""Words for people about channels: which there are, from where they are set up, and how their last test went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema
from pydantic import JsonValue

from tocsin.jurisdiction.face import contact_kinds
from tocsin.notices.channels import queries
from tocsin.notices.channels.queries import problem_of, stands_in_file
from tocsin.notices.channels.rules.tables import TableKind
from tocsin.notices.channels.rules.verdicts import Verdict

if TYPE_CHECKING:
    from tocsin.notices.channels.models import ChannelTable

KIND_NAMES: Final[dict[TableKind, Promise]] = {
    TableKind.EMAIL: pgettext_lazy("channel by page", "E-mail"),
    TableKind.SMS: pgettext_lazy("channel by page", "Text messages"),
    TableKind.VOICE: pgettext_lazy("channel by page", "Calls by machine"),
    TableKind.MESSENGER: pgettext_lazy("channel by page", "Messenger"),
    TableKind.WEBHOOK: pgettext_lazy("channel by page", "Webhooks"),
    TableKind.LINKS: pgettext_lazy("channel by page", "Address of links"),
}
VERDICT_NAMES: Final[dict[Verdict, Promise]] = {
    Verdict.TAKEN: pgettext_lazy("test of a channel", "taken"),
    Verdict.DELIVERED: pgettext_lazy("test of a channel", "arrived"),
    Verdict.LATER: pgettext_lazy("test of a channel", "refused for now"),
    Verdict.NEVER: pgettext_lazy("test of a channel", "refused"),
    Verdict.UNKNOWN: pgettext_lazy("test of a channel", "no clear answer"),
}
MAKER_NAMES: Final[dict[str, Promise]] = {
    "wecom": pgettext_lazy("maker of a messenger", "WeCom robot"),
    "dingtalk": pgettext_lazy("maker of a messenger", "DingTalk robot"),
    "feishu": pgettext_lazy("maker of a messenger", "Feishu robot"),
    "": pgettext_lazy("maker of a messenger", "another messenger"),
}


class ChannelInOrder(Schema):
    """A channel at its place."""

    kind: str
    name: str
    is_set_up: bool


class ChannelOrderOut(Schema):
    """In which order channels are tried for those who chose none."""

    entered: bool = Field(description="an order was entered; without it points are tried as they were entered")
    channels: list[ChannelInOrder]


class ChannelOut(Schema):
    """A channel that is set up, by page or by file; its secrets are never told."""

    id: UUID | None = Field(description="of what was entered by page; null for what stands in channels.toml")
    kind: str
    kind_name: str
    name: str = Field(description="of a messenger: what contact points name")
    address: str = Field(description="host to which it leads, or the sender's address")
    from_file: bool
    is_on: bool
    problem: str = Field(description="why it can't be used; empty: it can")
    settings: dict[str, JsonValue] = Field(
        description="as a table of channels.toml, without secrets; empty for what stands there"
    )
    secrets: list[str] = Field(description="which of its secrets are kept")
    inner: list[str]
    inner_reason: str
    changed_at: datetime | None
    changed_by: str
    tested_at: datetime | None
    tested_verdict: str
    tested_words: str = Field(description="what the other side said to the last test")


def describe_order() -> ChannelOrderOut:
    """As senders follow it now."""
    kinds, set_up = contact_kinds(), queries.channels_set_up()
    found = [ChannelInOrder(kind=one, name=str(kinds[one].words), is_set_up=one in set_up) for one in queries.kinds_in_order()]
    return ChannelOrderOut(entered=bool(queries.channel_order()), channels=found)


@dataclass(frozen=True)
class LastTest:
    """How the last test went, in words."""

    at: datetime
    words: str
    verdict_name: str
    good: bool


def last_test(row: "ChannelTable") -> LastTest | None:
    """None where none was ever sent, or where the one that runs has no answer yet."""
    if row.tested_at is None or not row.tested_verdict:
        return None
    verdict = Verdict(row.tested_verdict)
    good = verdict in (Verdict.TAKEN, Verdict.DELIVERED)
    return LastTest(row.tested_at, row.tested_words, str(VERDICT_NAMES[verdict]), good)


def describe_channel(row: "ChannelTable") -> ChannelOut:
    """One that was entered by page; where the file has taken its place it says so by `from_file`."""
    return ChannelOut(
        id=row.pk,
        kind=row.kind,
        kind_name=str(KIND_NAMES[TableKind(row.kind)]),
        name=row.name,
        address=_address(row.entered),
        from_file=stands_in_file(row.kind, row.name),
        is_on=row.is_on,
        problem=problem_of(row),
        settings={name: one for name, one in row.entered.items() if name != "private"},
        secrets=list(row.secret_names),
        inner=list(row.inner),
        inner_reason=row.inner_reason,
        changed_at=row.changed_at,
        changed_by=str(row.changed_by),
        tested_at=row.tested_at,
        tested_verdict=row.tested_verdict,
        tested_words=row.tested_words,
    )


def channels_of_file() -> list[ChannelOut]:
    """What stands in `channels.toml`, each table with what is wrong with it; ValueError for a file that can't be read."""
    tables, problems = queries.tables_of_file(), queries.problems_of_file()
    found = []
    for code, table in sorted(tables.items()):
        parts = sorted(table.items()) if code == TableKind.MESSENGER else [("", table)]
        found += [_of_file(code, name, one, problems.get(code, "")) for name, one in parts]
    return found


def _of_file(code: str, name: str, table: object, problem: str) -> ChannelOut:
    return ChannelOut(
        id=None,
        kind=code,
        kind_name=str(KIND_NAMES[TableKind(code)]) if code in set(TableKind) else code,
        name=name,
        address=_address(table) if isinstance(table, Mapping) else "",
        from_file=True,
        is_on=not problem,
        problem=problem,
        settings={},
        secrets=[],
        inner=[],
        inner_reason="",
        changed_at=None,
        changed_by="",
        tested_at=None,
        tested_verdict="",
        tested_words="",
    )


def _address(table: Mapping[str, object]) -> str:
    """Where it leads: a host; of e-mail with the sender. Never what stands behind it, which may hold a key."""
    if "url" in table or "address" in table:
        return urlsplit(str(table.get("url") or table.get("address"))).hostname or ""
    return " · ".join(str(table[name]) for name in ("host", "from") if table.get(name))


def body_text(body: object) -> str:
    """A gateway's body as its form shows it: JSON over several lines; empty where there is none."""
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode() if body else ""
