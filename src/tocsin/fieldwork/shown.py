"""Acts that were kept as people and programs read them, and the words of every phone page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import AwareDatetime

from tocsin.fieldwork.models import Entry
from tocsin.jurisdiction.rights.rules import Permission


class ActEntryOut(Schema):
    """One act that was kept."""

    id: UUID
    act: str
    act_name: str
    text: str
    at: AwareDatetime
    received_at: AwareDatetime
    actor: str
    device: str
    sequence: int
    version: int
    data: dict[str, Any]
    verdict: str
    conflict: str = Field(description="the conflict in words; empty where the act counts")

    @classmethod
    def of(cls, entry: Entry, *, name: object, conflict: object, **more: Any) -> Self:
        """The entry with its act's name and its conflict in words; its actor is loaded."""
        return cls(
            id=entry.pk,
            act=entry.act,
            act_name=str(name),
            text=entry.data.get("text", ""),
            at=entry.at,
            received_at=entry.received_at,
            actor=str(entry.actor or ""),
            device=entry.device,
            sequence=entry.sequence,
            version=entry.version,
            data=entry.data,
            verdict=entry.verdict,
            conflict=str(conflict),
            **more,
        )


@dataclass(frozen=True)
class Phone:
    """One phone page: its name (of its addresses, its script and its element), who may open it, and where its data come from."""

    name: str
    title: Promise
    permission: Permission | None  # None: open to everybody, for what it shows opens with a key of its own
    refusal: Promise  # what is told to whom may not
    api: str
    texts: Callable[[], dict[str, str]]  # sentences of its script; `{name}` is filled there


def common_texts() -> dict[str, str]:
    """Sentences of the scripts of all phone pages."""
    return {
        "online": _("Connected"),
        "offline": _("No network: everything is kept and sent later"),
        "signed_out": _("Signed out"),
        "sign_in": _("Sign in"),
        "waiting": _("{count} not sent yet"),
        "kept_until_signed_in": _("What was not sent is kept on this device and goes out when you sign in again."),
        "nothing_yet": _("Open this page once with a network."),
        "refused": _("Not taken by the server:"),
        "again": _("Send again"),
        "remove": _("Remove"),
        "remove_sure": _("Remove it for good?"),
        "sign_out_sure": _("{count} entries have not been sent. They stay on this device for you alone. Sign out?"),
        "remark": _("Remark"),
        "reason": _("Reason"),
        "photo": _("Photo"),
        "note": _("Note"),
        "cancel": _("Cancel"),
        "keep": _("Keep"),
        "done_so_far": _("Done so far"),
        "not_sent": _("not sent yet"),
        "see": _("Look at it"),
    }
