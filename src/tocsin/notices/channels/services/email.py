"""E-mail over SMTP."""

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.decoding import convert
from tocsin.federation.services.outgoing import Refused, allowed_address
from tocsin.jurisdiction.contacts.rules import ContactKind, host_of
from tocsin.notices.channels.queries import secret_of
from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.rules.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Buffer


def is_email(address: str) -> bool:
    """Whether the address can be one of e-mail."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


class EmailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"sender": "from"}):
    """`[email]`. `private`: the inner networks in which the relay may stand; None: wherever its name leads, since who wrote the
    file named it.
    """

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_env: str = ""
    timeout_s: float = 15.0
    private: tuple[str, ...] | None = None


class _Relay(smtplib.SMTP):
    """A relay at the address that was checked (the certificate is that of its name); `said` is its answer to the text."""

    said: str = ""

    def __init__(self, table: EmailSettings) -> None:
        self._table = table
        super().__init__(table.host, table.port, timeout=table.timeout_s)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """The one place where smtplib connects."""
        table = self._table
        address = allowed_address(host, port, (host,) if table.private is None else table.private)
        opened = socket.create_connection((address, port), timeout, self.source_address)
        return ssl.create_default_context().wrap_socket(opened, server_hostname=host) if table.security == "tls" else opened

    def data(self, msg: "Buffer | str") -> tuple[int, bytes]:
        """The text; what the relay says to it is kept."""
        code, words = super().data(msg)
        self.said = f"{code} {_text(words)}"
        return code, words


class EmailChannel:
    """One connection for each letter: a sender that dies holds none, and a relay that closes idle ones surprises nobody."""

    kind: ClassVar[ContactKind] = ContactKind(
        "email", gettext_lazy("e-mail"), pgettext_lazy("channel", "e-mail"), is_email, open=True, short=host_of
    )

    def __init__(self, table: EmailSettings) -> None:
        self.table = table
        self.password = secret_of(table.password_env)

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
            return Answer(Verdict.TAKEN, reply=server.said)
        except Refused as refused:
            return Answer(Verdict.NEVER, str(refused))
        except LookupError as error:
            return Answer(Verdict.LATER, str(error))
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

    def _connect(self) -> _Relay:
        table = self.table
        server = _Relay(table)
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
