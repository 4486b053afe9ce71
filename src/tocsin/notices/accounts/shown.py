"""What people are told of their accounts, in words, and where they say that it was not them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import locked_people
from tocsin.jurisdiction.people.rules.devices import device_words
from tocsin.notices.accounts.rules import ACCOUNT, OPENER, OWNER
from tocsin.notices.messages.queries.contributions import Contribution, PurposeCard
from tocsin.screens.waiting import Waiting, WaitingKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.jurisdiction.face import User
    from tocsin.notices.messages.models import Notice
    from tocsin.screens.request import Actor


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """Who came in by which browser, or which token was made or refused."""
    return {notice.pk: _text(notice) for notice in notices}


def page(notice: "Notice") -> str:
    """The sign-in, with the press that ends what somebody else may hold; else one's own account with its tokens."""
    if notice.figures["news"] == "browser":
        return reverse("sign_in", args=[notice.figures["browser"]])
    if notice.figures["news"] in ("locked_other", "locked_administrator"):
        return reverse("person", args=[notice.figures["person"]])
    return reverse("passkeys" if notice.figures["news"] == "passkey" else "account")


def _moment(text: str) -> str:
    return f"{localtime(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"


def _text(notice: "Notice") -> str:
    figures = notice.figures
    match figures["news"]:
        case "browser":
            words = {"device": device_words(figures["device"]), "address": figures["address"], "at": _moment(figures["at"])}
            text = _("New sign-in with your account at %(at)s: %(device)s, from %(address)s. Was that not you? Say so there.")
        case "token_made":
            ends = f"{localtime(datetime.fromisoformat(figures['ends_at'])):%Y-%m-%d}"
            words = {"name": figures["name"], "day": ends}
            text = _("A token for a program was made with your account: %(name)s, until %(day)s. Was that not you? End it there.")
        case "locked":
            words = {"at": _moment(figures["at"])}
            text = _("Your account was locked at your word at %(at)s. An administrator gives you a new password: ask in person.")
        case "locked_other":
            words = {"name": figures["name"], "at": _moment(figures["at"])}
            text = _("%(name)s locked the account at %(at)s: somebody else was in it. Check who asks, then give a new password.")
        case "locked_administrator":
            words = {"name": figures["name"], "at": _moment(figures["at"])}
            text = _(
                "%(name)s locked the account at %(at)s: somebody else was in it. Make sure who asks; on the machine: "
                "tocsin manage reset_password %(name)s"
            )
        case "passkey":
            words = {"name": figures["name"]}
            text = _("A passkey opens your account from now on: %(name)s. Was that not you? End it there, change your password.")
        case _:
            words = {"name": figures["name"], "address": figures["address"]}
            text = _("Your token %(name)s came from %(address)s, which is none of its networks, and was refused.")
    return text % words


NOTICES = Contribution(
    purposes=(PurposeCard(ACCOUNT, pgettext_lazy("purpose of a notice", "my account"), texts=texts, acted_on=page, stays=True),),
    reasons={
        OWNER: pgettext_lazy("told as", "own account"),
        OPENER: pgettext_lazy("told as", "administrator of accounts"),
    },
)


def _locked(user: "Actor", now: datetime) -> "Sequence[User]":
    return locked_people(user)


def _tell_locked(person: "User") -> Waiting:
    return Waiting(about=str(person), address=reverse("person", args=[person.pk]), since=person.locked_at or person.date_joined)


WAITING = (
    WaitingKind(
        "locked_account",
        pgettext_lazy("what waits", "Locked account: new password"),
        ("people.manage",),
        found=_locked,
        tell=_tell_locked,
    ),
)
