"""Messengers: those that Apprise knows (WeCom, DingTalk, Feishu and a hundred more) and private ones by HTTP template.

A contact point names an entry of the settings, so that no key of a robot stands in the database:

    [messenger.gas_company_group]
    apprise_env = "TOCSIN_WECOM_GAS"        # holds wecombot://…, dingtalk://…, feishu://…
    [messenger.city_government_messenger]
    url = "https://messenger.internal/api/send"
    body = { to = "group-7", content = "$text" }
    public = false
"""

import logging
import threading
from typing import Any, ClassVar, Self

import msgspec
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.decoding import convert
from tocsin.jurisdiction.contacts.rules import ContactKind, name_alone
from tocsin.notices.channels.queries import secret_of
from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.rules.verdicts import Verdict
from tocsin.notices.channels.services.gateway import Gateway, GatewaySettings


class AppriseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A messenger of Apprise: the variable of the environment that holds its address with the key."""

    apprise_env: str
    public: bool = True


class AppriseMessenger:
    """Apprise says yes or no, never why: a no may be tried later."""

    def __init__(self, table: AppriseSettings) -> None:
        import apprise  # some 20 MB, so only where one is set up

        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it writes addresses with their keys
        self._apprise = apprise.Apprise
        self._warning = apprise.NotifyType.WARNING
        self.public = table.public
        self.url = secret_of(table.apprise_env)
        if self._apprise.instantiate(self.url) is None:
            raise ValueError(f"Apprise can't read the address in {table.apprise_env}")
        self._own = threading.local()

    def send(self, letter: Letter) -> Answer:
        """One object for each thread: Apprise's are not made to be shared."""
        if not hasattr(self._own, "target"):
            self._own.target = self._apprise.instantiate(self.url)
        text, link = (letter.redacted, letter.public_link) if self.public else (letter.text, letter.link)
        body = "\n".join(filter(None, (text, link)))
        taken = self._own.target.notify(body=body, title=letter.subject, notify_type=self._warning)
        return Answer(Verdict.TAKEN) if taken else Answer(Verdict.LATER, "the messenger did not take it")


class MessengerChannel:
    """Every messenger of the settings, by its name."""

    kind: ClassVar[ContactKind] = ContactKind(
        "messenger", gettext_lazy("messenger"), pgettext_lazy("channel", "messenger"), short=name_alone
    )

    def __init__(self, known: dict[str, AppriseMessenger | Gateway]) -> None:
        self.known = known

    @classmethod
    def open(cls, table: dict[str, Any]) -> Self:
        """Public unless the settings say otherwise: then the text is redacted."""
        known: dict[str, AppriseMessenger | Gateway] = {}
        for name, entry in table.items():
            if not isinstance(entry, dict):
                raise ValueError(f"{name}: each messenger is a table of its own, [messenger.{name}]")
            try:
                if "apprise_env" in entry:
                    known[name] = AppriseMessenger(convert(entry, AppriseSettings))
                else:
                    known[name] = Gateway(convert({"public": True, **entry}, GatewaySettings))
            except (ValueError, msgspec.ValidationError) as error:
                raise ValueError(f"{name}: {error}") from None
        return cls(known)

    def send(self, letter: Letter) -> Answer:
        """By the messenger whose name is the address."""
        messenger = self.known.get(letter.address)
        if messenger is None:
            return Answer(Verdict.NEVER, f"[messenger.{letter.address}] is not set up")
        return messenger.send(letter)

    def close(self) -> None:
        """Nothing is held."""
