"""Settings as pages show them: none shows a password or a key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from tocsin.base.errors import InvalidInput
from tocsin.base.server_settings import Variable, read_server_settings

MOST_HOSTS: Final = 20
LONGEST_TITLE: Final = 80
MOST_MEGABYTES: Final = 2000.0
_HOST: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?")
_ADDRESS: Final = re.compile(r"\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\]")


class SettingSource(StrEnum):
    """Where a setting comes from."""

    ENVIRONMENT = "environment"
    PAGE = "page"
    DEFAULT = "default"


class Secrecy(StrEnum):
    """What of a value is shown."""

    OPEN = "open"
    LOGIN = "login"  # an address in which a login may stand: it is left out
    SECRET = "secret"  # noqa: S105 - whether it is set, and nothing else


@dataclass(frozen=True)
class ServerSetting:
    """One variable: its default as people read it, and what of its value is shown."""

    variable: str
    default: str
    secrecy: Secrecy = Secrecy.OPEN


def shown_value(text: str, secrecy: Secrecy) -> str:
    """What of a value people may see; of addresses host, port and path.

    >>> shown_value("postgresql://tocsin:pass@db.example.org:5432/tocsin?sslcert=x", Secrecy.LOGIN)
    'postgresql://db.example.org:5432/tocsin'
    >>> shown_value("abc", Secrecy.SECRET)
    '••••••'
    """
    if secrecy is Secrecy.OPEN or not text:
        return text
    if secrecy is Secrecy.SECRET:
        return "••••••"
    return ", ".join(_without_login(one.strip()) for one in text.split(","))


def _without_login(address: str) -> str:
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "••••••"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}" if parts.scheme else "••••••"


def checked_settings(told: Mapping[Variable, str]) -> dict[Variable, str]:
    """What somebody enters as it is kept, without what is empty; InvalidInput names what can't be, and what can."""
    found = {name: " ".join(text.split()) for name, text in told.items() if text.strip()}
    if any(not sign.isprintable() for text in found.values() for sign in text):
        raise InvalidInput("A setting has letters, digits and signs that can be seen, nothing else.")
    if len(found.get(Variable.TITLE, "")) > LONGEST_TITLE:
        raise InvalidInput("A title has at most %(most)s letters.", most=LONGEST_TITLE)
    if Variable.PUBLIC_HOSTS in found:
        found[Variable.PUBLIC_HOSTS] = ",".join(_hosts(found[Variable.PUBLIC_HOSTS]))
    if read_server_settings(found).largest_request_megabytes > MOST_MEGABYTES:
        raise InvalidInput("A request has at most %(most)s megabytes.", most=f"{MOST_MEGABYTES:g}")
    return found


def _hosts(text: str) -> list[str]:
    hosts = list(dict.fromkeys(one.lower() for one in re.split(r"[,\s]+", text) if one))
    if len(hosts) > MOST_HOSTS:
        raise InvalidInput("At most %(most)s host names are kept.", most=MOST_HOSTS)
    for host in hosts:
        if len(host) > 253 or not (_HOST.fullmatch(host) or _ADDRESS.fullmatch(host)):
            raise InvalidInput(
                "%(host)s is no host name: enter it without https:// and without a port, as tocsin.example.org.", host=host
            )
    return hosts
