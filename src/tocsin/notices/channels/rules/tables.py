"""What a channel's settings hold that are entered on a page, and how file and page go together."""

from enum import StrEnum
from typing import Final


class TableKind(StrEnum):
    """What a page sets up; each is a table of `channels.toml`."""

    EMAIL = "email"
    SMS = "sms"
    VOICE = "voice"
    MESSENGER = "messenger"
    WEBHOOK = "webhook"
    LINKS = "links"


class SecretName(StrEnum):
    """Secrets of a table that lie sealed."""

    LOGIN = "password"
    KEY = "secret"
    RECEIPT = "receipt"


BY_GATEWAY: Final = (TableKind.SMS, TableKind.VOICE, TableKind.MESSENGER)
SECRETS: Final[dict[TableKind, tuple[SecretName, ...]]] = {
    TableKind.EMAIL: (SecretName.LOGIN,),
    **dict.fromkeys(BY_GATEWAY, (SecretName.KEY, SecretName.RECEIPT)),
    TableKind.WEBHOOK: (SecretName.KEY,),
    TableKind.LINKS: (),
}
SEALED: Final = "sealed:"
"""How the name of a secret begins that lies sealed in the database; every other names a variable of the environment."""

type Tables = dict[str, dict[str, object]]


def sealed_name(table: str, secret: SecretName) -> str:
    """Under which name a table's secret is asked for.

    >>> sealed_name("7", SecretName.LOGIN)
    'sealed:7:password'
    """
    return f"{SEALED}{table}:{secret}"


def file_over_page(file: Tables, page: Tables) -> Tables:
    """The tables of both. What stands in the file wins; of messengers each by its name.

    >>> file_over_page({"sms": {"url": "a"}, "messenger": {"x": 1}}, {"sms": {"url": "b"}, "messenger": {"x": 2, "y": 3}})
    {'sms': {'url': 'a'}, 'messenger': {'x': 1, 'y': 3}}
    """
    found = {**page, **file}
    if TableKind.MESSENGER in page and TableKind.MESSENGER in file:
        found[TableKind.MESSENGER] = {**page[TableKind.MESSENGER], **file[TableKind.MESSENGER]}
    return found


def masked(text: str, secrets: tuple[str, ...]) -> str:
    """The text without any of the secrets, however the other side repeats them.

    >>> masked("bad key s3cret!", ("s3cret",))
    'bad key •••!'
    """
    for one in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(one, "•••")
    return text
