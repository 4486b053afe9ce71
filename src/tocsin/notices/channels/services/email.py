"""E-mail over SMTP."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any, ClassVar, Literal, Self

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.decoding import convert
from tocsin.federation.services.secrets import secret
from tocsin.jurisdiction.contacts.rules import ContactKind, host_of
from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.rules.verdicts import Verdict


def is_email(address: str) -> bool:
    """Whether the address can be one of e-mail."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


class EmailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"sender": "from"}):
    """`[email]`."""

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_env: str = ""
    timeout_s: float = 15.0


class EmailChannel:
    """One connection for each letter: a sender that dies holds none, and a relay that closes idle ones surprises nobody."""

    kind: ClassVar[ContactKind] = ContactKind(
        "email", gettext_lazy("e-mail"), pgettext_lazy("channel", "e-mail"), is_email, open=True, short=host_of
    )

    def __init__(self, table: EmailSettings) -> None:
        self.table = table
        self.password = secret(table.password_env)

    @classmethod
    def open(cls, table: dict[str, Any]) -> Self:
        """The relay of the table."""
        return cls(convert(table, EmailSettings))

    def send(self, letter: Letter) -> Answer:
        """Taken when the relay has said so. 4xx may be tried later, 5xx never; what breaks after the text has left is unknown."""
        sent = False
        try:
            message = self._message(letter)
        except ValueError:  # a line break in the address
            return Answer(Verdict.NEVER, "the address can't be read")
        try:
            with self._connect() as server:
                if self.table.user:
                    server.login(self.table.user, self.password)
                sent = True
                server.send_message(message, from_addr=self.table.sender, to_addrs=[letter.address])
            return Answer(Verdict.TAKEN)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()), (550, b""))
            return Answer(_verdict(code), f"{code} {_text(words)}")
        except smtplib.SMTPServerDisconnected:
            return Answer(Verdict.UNKNOWN if sent else Verdict.LATER, "the relay closed the connection")
        except smtplib.SMTPResponseException as error:
            return Answer(_verdict(error.smtp_code), f"{error.smtp_code} {_text(error.smtp_error)}")
        except (smtplib.SMTPException, ValueError) as error:  # a header that would hold a second line, for one
            return Answer(Verdict.NEVER, type(error).__name__)
        except OSError as error:  # no connection, or none any more
            return Answer(Verdict.UNKNOWN if sent else Verdict.LATER, f"no answer: {type(error).__name__}")

    def close(self) -> None:
        """Nothing is held."""

    def _connect(self) -> smtplib.SMTP:
        table = self.table
        if table.security == "tls":
            return smtplib.SMTP_SSL(table.host, table.port, timeout=table.timeout_s, context=ssl.create_default_context())
        server = smtplib.SMTP(table.host, table.port, timeout=table.timeout_s)
        if table.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.table.sender, letter.address, " ".join(letter.subject.split())
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = f"<{letter.id}@{self.table.sender.rpartition('@')[2] or 'tocsin'}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers to a machine
        if letter.urgent:
            message["X-Priority"] = "1"
        message.set_content("\n\n".join(filter(None, (letter.text, letter.link))) + "\n")
        return message


def _verdict(code: int) -> Verdict:
    return Verdict.LATER if 400 <= code < 500 else Verdict.NEVER


def _text(words: bytes | str) -> str:
    return (words.decode("utf-8", "replace") if isinstance(words, bytes) else words)[:200]
