"""Settings of a channel as a program or a form gives them, in the words of `channels.toml`, and back."""

from collections.abc import Mapping
from typing import Final

import msgspec
from django.utils.translation import gettext as _

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput
from tocsin.base.toml import write_toml
from tocsin.notices.channels.models import ChannelTable
from tocsin.notices.channels.queries import Links
from tocsin.notices.channels.rules.tables import SecretName, TableKind
from tocsin.notices.channels.services.by_page.tables import ChannelSettings
from tocsin.notices.channels.services.email import EmailSettings
from tocsin.notices.channels.services.gateway import GatewaySettings
from tocsin.notices.channels.services.webhook import WebhookSettings

READ_AS: Final[dict[TableKind, type[ChannelSettings]]] = {
    TableKind.EMAIL: EmailSettings,
    TableKind.SMS: GatewaySettings,
    TableKind.VOICE: GatewaySettings,
    TableKind.MESSENGER: GatewaySettings,
    TableKind.WEBHOOK: WebhookSettings,
    TableKind.LINKS: Links,
}
OF_FILE: Final = ("private", "certificates", "apprise_env")
"""Keys of the file that pages do not set: inner networks are named apart, with a reason; the others lie on the machine."""
PRESETS: Final[dict[str, Mapping[str, object]]] = {
    "wecom": {
        "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=$secret",
        "body": {"msgtype": "text", "text": {"content": "$text"}},
        "taken": {"path": "errcode", "values": ["0"], "later": ["45009"]},
    },
    "dingtalk": {
        "url": "https://oapi.dingtalk.com/robot/send?access_token=$secret",
        "body": {"msgtype": "text", "text": {"content": "$text"}},
        "taken": {"path": "errcode", "values": ["0"], "later": ["130101", "410100"]},
    },
    "feishu": {
        "url": "https://open.feishu.cn/open-apis/bot/v2/hook/$secret",
        "body": {"msg_type": "text", "content": {"text": "$text"}},
        "taken": {"path": "code", "values": ["0"], "later": ["11232"]},
    },
}
"""Group robots by their makers' documents, with the codes for "too often": WeCom (群机器人), DingTalk (自定义机器人; its safety
setting is a keyword or an address, not a signature), Feishu (自定义机器人).
"""


def read_settings(kind: TableKind, table: Mapping[str, object]) -> ChannelSettings:
    """The settings of a table without secrets; InvalidInput names the key that is unknown, missing or of another type."""
    if of_file := sorted(name for name in table if name in OF_FILE or name.endswith("_env")):
        raise InvalidInput(
            _("%(name)s stands in channels.toml only: pages keep secrets and inner networks apart."), name=of_file[0]
        )
    given = dict(table)
    if kind is TableKind.MESSENGER:
        given = {"public": True, **given}
    if kind is TableKind.WEBHOOK:
        given["secret_env"] = ""
    if isinstance(receipt := given.get("receipt"), Mapping):
        given["receipt"] = {**receipt, "secret_env": ""}
    try:
        return convert(given, READ_AS[kind])
    except msgspec.ValidationError as error:
        raise InvalidInput(_("These settings can't be read: %(problem)s"), problem=str(error)) from None


def as_file(rows: list[ChannelTable]) -> str:
    """The tables as `channels.toml` would say them, each secret by the name of a variable: to take along, without secrets."""
    found: dict[str, object] = {}
    for row in rows:
        table: dict[str, object] = {name: one for name, one in row.entered.items() if one not in (None, "", {}, [])}
        if row.inner:
            table["private"] = list(row.inner)
        label = "_".join(filter(None, ("TOCSIN", row.kind, row.name))).upper().replace("-", "_")
        for name in map(SecretName, row.secret_names):
            if name is SecretName.RECEIPT and isinstance(receipt := table.get("receipt"), dict):
                table["receipt"] = {**{key: one for key, one in receipt.items() if one}, "secret_env": f"{label}_RECEIPT"}
            elif name is not SecretName.RECEIPT:
                table[f"{name}_env"] = f"{label}_{name.upper()}"
        if row.kind == TableKind.MESSENGER:
            messengers = found.setdefault(row.kind, {})
            assert isinstance(messengers, dict)  # noqa: S101 - laid one line above
            messengers[row.name] = table
        else:
            found[row.kind] = table
    return write_toml(found)
