"""Channels on their pages: what is set up by file and by page, each with its settings, its switch and a test to oneself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require
from tocsin.notices.channels import queries
from tocsin.notices.channels import shown as told
from tocsin.notices.channels.models import ChannelTable
from tocsin.notices.channels.rules import rights
from tocsin.notices.channels.rules.tables import BY_GATEWAY, SECRETS, SecretName, TableKind
from tocsin.notices.channels.services.by_page import order, reading
from tocsin.notices.channels.services.by_page import tables as services
from tocsin.screens.acts import Act, Attempt, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.request import Actor, actor_of

RECEIPT_LISTS: Final = ("delivered", "failed", "read", "signed")


@dataclass(frozen=True)
class GivenChannel:
    """The form of a channel, of every kind; each kind has its own fields. Lists stand between commas, headers in lines."""

    name: Line = ""
    host: Line = ""
    sender: Line = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Line = ""
    url: Line = ""
    method: Literal["POST", "PUT", "GET"] = "POST"
    form: Literal["json", "urlencoded"] = "json"
    headers: str = ""
    body: str = ""
    public: bool = False
    taken_path: Line = ""
    taken_values: Line = ""
    taken_later: Line = ""
    message_id: Line = ""
    receipt_id: Line = ""
    receipt_event: Line = ""
    receipt_delivered: Line = ""
    receipt_failed: Line = ""
    receipt_read: Line = ""
    receipt_signed: Line = ""
    address: Line = ""
    timeout_s: float = 10.0
    inner: str = ""
    inner_reason: Line = ""
    password: str = ""
    secret: str = ""
    receipt_key: str = ""
    forget: bool = False

    def as_entry(self, kind: TableKind) -> services.ChannelEntry:
        """What the service takes; InvalidInput for what can't be read."""
        given = {SecretName.LOGIN: self.password, SecretName.KEY: self.secret, SecretName.RECEIPT: self.receipt_key}
        return services.ChannelEntry(
            settings=reading.read_settings(kind, self.as_table(kind)),
            secrets={name: text for name, text in given.items() if text and name in SECRETS[kind]},
            forget=tuple(name for name in SECRETS[kind] if name is not SecretName.RECEIPT) if self.forget else (),
            inner=tuple(self.inner.replace(",", " ").split()),
            inner_reason=self.inner_reason,
        )

    def as_table(self, kind: TableKind) -> dict[str, object]:
        """The settings as a table of `channels.toml`."""
        if kind is TableKind.EMAIL:
            table: dict[str, object] = {"host": self.host, "from": self.sender, "port": self.port, "security": self.security}
            return {**table, "user": self.user, "timeout_s": self.timeout_s}
        if kind is TableKind.WEBHOOK:
            return {"timeout_s": self.timeout_s}
        if kind is TableKind.LINKS:
            return {"address": self.address}
        return self._gateway()

    def _gateway(self) -> dict[str, object]:
        table: dict[str, object] = {
            **{"url": self.url, "method": self.method, "form": self.form, "headers": dict(_pairs(self.headers))},
            **{"body": _body(self.body), "public": self.public, "timeout_s": self.timeout_s, "message_id": self.message_id},
        }
        if self.taken_path:
            table["taken"] = {"path": self.taken_path, "values": _listed(self.taken_values), "later": _listed(self.taken_later)}
        lists = {name: _listed(str(getattr(self, f"receipt_{name}"))) for name in RECEIPT_LISTS}
        if self.receipt_id or self.receipt_event or any(lists.values()):
            table["receipt"] = {"id": self.receipt_id or "id", "event": self.receipt_event or "event", **lists}
        return table


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, (one.strip() for one in text.splitlines())):
        name, found, value = line.partition(":")
        if not found or not name.strip():
            raise InvalidInput(_("“%(line)s” can't be read: write name %(mark)s value."), line=line[:60], mark=":")
        yield name.strip(), value.strip()


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.replace("，", ",").split(",") if one.strip()]


def _body(text: str) -> dict[str, object]:
    if not text.strip():
        return {}
    found = read_json(text.encode())
    if not isinstance(found, dict):
        raise InvalidInput(_("The body is a JSON object, such as {“to”: “$address”, “text”: “$text”}."))
    return cast("dict[str, object]", found)


@never_cache
@require_GET
def channels(request: HttpRequest) -> HttpResponse:
    """All channels: those of the file, then those of pages."""
    _require(request)
    problem, of_file = "", []
    try:
        of_file = told.channels_of_file()
    except ValueError as error:
        problem = str(error)
    rows = list(queries.entered_channels())
    entered = {row.kind for row in rows}
    context: dict[str, object] = {
        "rows": [(told.describe_channel(row), told.last_test(row)) for row in rows],
        "of_file": of_file,
        "file": queries.FILE,
        "problem": problem,
        "kinds": [
            (kind, name)
            for kind, name in told.KIND_NAMES.items()
            if kind is not TableKind.MESSENGER and kind not in entered and not queries.stands_in_file(kind, "")
        ],
        "makers": list(told.MAKER_NAMES.items()),
        "order": _order_of(problem),
    }
    return render(request, "notices/channels/channels.html", context)


def _order_of(problem: str) -> told.ChannelOrderOut | None:
    """None where the file can't be read: nobody knows then what is set up."""
    return None if problem else told.describe_order()


@act("channels", alone=True)
def order_channels(request: HttpRequest, *, kind: Line = "", way: Literal["up", "down", "as_entered"]) -> str:
    """One place up or down, or back to the order in which points were entered."""
    _require(request)
    kinds = list(queries.kinds_in_order())
    if way == "as_entered":
        order.set_channel_order(actor=actor_of(request), kinds=(), now=current_time())
        return _("Everybody is told in the order in which their ways were entered.")
    if kind in kinds:
        at = kinds.index(kind)
        to = max(at - 1, 0) if way == "up" else min(at + 1, len(kinds) - 1)
        kinds.insert(to, kinds.pop(at))
    else:
        kinds.append(kind)  # refused below, with those that are known
    order.set_channel_order(actor=actor_of(request), kinds=kinds, now=current_time())
    return _("Kept: senders follow at once.")


@require_GET
def channels_file(request: HttpRequest) -> HttpResponse:
    """What pages entered as a `channels.toml` to take along, without secrets."""
    _require(request)
    text = reading.as_file(list(queries.entered_channels()))
    return HttpResponse(
        text, content_type="application/toml", headers={"Content-Disposition": f'attachment; filename="{queries.FILE}"'}
    )


@never_cache
@require_http_methods(["GET", "POST"])
def new_channel(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of a kind, of a messenger filled in for its maker (`?maker=`); posting enters it, switched off."""
    _require(request)
    if kind not in set(TableKind):
        raise Http404
    known = TableKind(kind)
    if request.method == "POST":
        given: GivenChannel | None = None
        with Attempt(request):
            given = read_form(GivenChannel, request.POST)
            made = services.enter_channel(
                actor=actor_of(request),
                kind=known,
                name=given.name,
                entry=given.as_entry(known),
                now=current_time(),
            )
            return redirect("channel", made.pk)
        return _page(request, known, None, _given_again(known, given), given)
    maker = request.GET.get("maker", "")
    entered = reading.PRESETS.get(maker, {}) if known is TableKind.MESSENGER else {}
    return _page(request, known, None, {"public": known is TableKind.MESSENGER, **entered})


def _given_again(kind: TableKind, given: GivenChannel | None) -> Mapping[str, object]:
    """What was entered and refused, so that nobody types it twice; nothing where it can't be read."""
    try:
        return {} if given is None else given.as_table(kind)
    except InvalidInput:
        return {}


@never_cache
@require_GET
def channel(request: HttpRequest, channel_table_id: UUID) -> HttpResponse:
    """Its settings, its switch, its last test."""
    _require(request)
    row = queries.entered_channels().get(pk=channel_table_id)
    return _page(request, TableKind(row.kind), row, row.entered)


def _change(actor: Actor, row: ChannelTable, *, given: GivenChannel) -> str:
    entry = given.as_entry(TableKind(row.kind))
    services.change_channel(actor=actor, table_id=row.pk, entry=entry, now=current_time())
    return _("Kept. Send yourself a test.")


def _switch(actor: Actor, row: ChannelTable, *, on: bool) -> str:
    services.switch_channel(actor=actor, table_id=row.pk, on=on, now=current_time())
    return _("Notices go by it from now on.") if on else _("Notices go by it no more.")


def _test(actor: Actor, row: ChannelTable) -> str:
    tested = services.test_channel(actor=actor, table_id=row.pk, now=current_time())
    shown = told.last_test(tested)
    return _("The other side says: %(verdict)s") % {"verdict": shown.verdict_name if shown else ""}


def _remove(actor: Actor, row: ChannelTable) -> str:
    services.remove_channel(actor=actor, table_id=row.pk)
    return _("Its settings and secrets are gone.")


@require_POST
def act_on_channel(request: HttpRequest, channel_table_id: UUID, name: str) -> HttpResponse:
    """Keeps other settings, switches it, sends a test, or takes it away."""
    _require(request)
    row = queries.entered_channels().get(pk=channel_table_id)
    acts: dict[str, Act] = {"change": _change, "switch": _switch, "test": _test, "remove": _remove}
    done = perform_and_tell(request, acts, name, actor_of(request), row)
    if name == "change" and not done.done:
        given = None
        with Attempt():
            given = read_form(GivenChannel, request.POST)
        return _page(request, TableKind(row.kind), row, _given_again(TableKind(row.kind), given) or row.entered, given)
    return redirect("channels") if name == "remove" and done.done else redirect("channel", row.pk)


def _require(request: HttpRequest) -> None:
    require(actor_of(request), rights.MANAGE, EVERYWHERE)


def _page(
    request: HttpRequest,
    kind: TableKind,
    row: ChannelTable | None,
    entered: Mapping[str, object],
    given: GivenChannel | None = None,
) -> HttpResponse:
    taken, receipt, headers = (entered.get(name) or {} for name in ("taken", "receipt", "headers"))
    assert isinstance(taken, Mapping) and isinstance(receipt, Mapping) and isinstance(headers, Mapping)  # noqa: S101 - their types
    context: dict[str, object] = {
        "kind": kind,
        "kind_name": told.KIND_NAMES[kind],
        "row": row,
        "described": told.describe_channel(row) if row else None,
        "test": told.last_test(row) if row else None,
        "entered": entered,
        "sender": entered.get("from", ""),
        "by_gateway": kind in BY_GATEWAY,
        "headers": "\n".join(f"{name}: {value}" for name, value in headers.items()),
        "body": told.body_text(entered.get("body")),
        "taken": {"values_" if name == "values" else name: _joined(one) for name, one in taken.items()},  # a dict has `values`
        "receipt": {name: _joined(one) for name, one in receipt.items()},
        "securities": [("starttls", "STARTTLS"), ("tls", "TLS"), ("none", _("in clear"))],
        "methods": [(one, one) for one in ("POST", "PUT", "GET")],
        "forms": [("json", "JSON"), ("urlencoded", _("form fields"))],
        "secrets": [(name, row is not None and name in row.secret_names) for name in SECRETS[kind]],
        "inner": given.inner if given else "\n".join(row.inner) if row else "",
        "inner_reason": given.inner_reason if given else row.inner_reason if row else "",
    }
    return render(request, "notices/channels/channel.html", context)


def _joined(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")
