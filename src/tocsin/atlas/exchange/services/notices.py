"""What both sides of an agreement are told, and who had a file made."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.atlas.exchange.models import SelectionFile, SharingAgreement
from tocsin.atlas.exchange.rules.agreements import AgreementState, Standing
from tocsin.atlas.exchange.rules.selection_files import FileState, Trouble
from tocsin.atlas.exchange.shown.selection_files import TROUBLE_WORDS
from tocsin.atlas.resources.rules import rights
from tocsin.notices.face import Contribution, Directory, Draft, PurposeCard, upward_lines, write_all

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Organisation
    from tocsin.notices.face import Notice

AGREEMENTS: Final = "sharing_agreements"
SIDE: Final = "agreement_side"
SELECTION_FILES: Final = "selection_files"
ASKER: Final = "selection_asker"


def tell_owner(agreement: SharingAgreement, now: datetime) -> None:
    """The body whose resource it is reads how the agreement stands."""
    _write(agreement, agreement.resource.owner, now)


def tell_consumer(agreement: SharingAgreement, now: datetime) -> None:
    """The body that asked reads how the agreement stands."""
    _write(agreement, agreement.consumer, now)


def tell_standing(agreement: SharingAgreement, standing: Standing, now: datetime) -> None:
    """The body that reads is told how the rows stand now."""
    since = agreement.resource.delivered_at
    figures = {
        "agreement": str(agreement.pk),
        "standing": standing.value,
        "names": {"zh": agreement.resource.name_zh, "en": agreement.resource.name_en or agreement.resource.name_zh},
        "served": since.isoformat() if since else "",
    }
    key = f"agreement-standing-{agreement.pk}-{standing.value}-{now.timestamp():.0f}"
    side = agreement.consumer
    write_all([Draft(AGREEMENTS, SIDE, urgent=False, key=key, organisation=side, figures=figures)], Directory(now))


def tell_asker(file: SelectionFile, now: datetime) -> None:
    """Who had a file made reads that it lies ready, and until when, or why there is none."""
    figures = {
        "file": str(file.pk),
        "state": file.state,
        "trouble": file.trouble,
        "title": file.title,
        "form": file.form.upper(),
        "rows": file.rows,
        "lapses": file.lapses_at.isoformat() if file.lapses_at else "",
    }
    key = f"selection-file-{file.state}-{file.pk}"
    write_all([Draft(SELECTION_FILES, ASKER, urgent=False, key=key, person=file.person, figures=figures)], Directory(now))


def texts_of_files(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What the asker reads."""
    return {one.pk: "\n".join([*upward_lines(one), _of_file(one.figures)]) for one in notices}


def _of_file(figures: Mapping[str, Any]) -> str:
    if figures["state"] == FileState.READY:
        lapses = timezone.localtime(datetime.fromisoformat(figures["lapses"])).strftime("%Y-%m-%d %H:%M")
        told = _("%(title)s, %(rows)s rows as %(form)s: the file lies ready for you until %(lapses)s.")
        return told % {**figures, "lapses": lapses}
    why = TROUBLE_WORDS[Trouble(figures["trouble"])]
    return _("%(title)s as %(form)s: the file was not made. %(why)s") % {**figures, "why": why}


def page_of_file(notice: "Notice") -> str:
    """The file's own page, which asks for the reader's rights once more."""
    return reverse("selection_file", args=[notice.figures["file"]])


def _write(agreement: SharingAgreement, side: "Organisation", now: datetime) -> None:
    figures = {
        "agreement": str(agreement.pk),
        "state": agreement.state,
        "names": {"zh": agreement.resource.name_zh, "en": agreement.resource.name_en or agreement.resource.name_zh},
        "consumer": {"zh": agreement.consumer.name_zh, "en": agreement.consumer.name_en},
        "purpose": agreement.purpose,
        "reason": agreement.reason,
        "until": agreement.until.isoformat() if agreement.until else "",
        "fields": agreement.fields,
    }
    key = f"agreement-{agreement.state}-{agreement.pk}-{side.pk}"
    write_all([Draft(AGREEMENTS, SIDE, urgent=False, key=key, organisation=side, figures=figures)], Directory(now))


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What a side reads."""
    return {one.pk: "\n".join([*upward_lines(one), *_lines(one.figures)]) for one in notices}


def _lines(figures: Mapping[str, Any]) -> list[str]:
    if "standing" in figures:
        return _of_standing(figures)
    words = {"name": _of_language(figures["names"]), "who": _of_language(figures["consumer"])}
    match figures["state"]:
        case AgreementState.ASKED:
            return [_("%(who)s asks to read %(name)s.") % words, figures["purpose"], _("Grant or refuse it on its page.")]
        case AgreementState.GRANTED:
            until = date_format(date.fromisoformat(figures["until"]), "Y-m-d")
            told = _("%(who)s may read %(name)s until %(until)s: %(fields)s.")
            return [told % {**words, "until": until, "fields": ", ".join(figures["fields"])}]
        case AgreementState.REFUSED:
            return [_("%(who)s is not to read %(name)s.") % words, figures["reason"]]
        case AgreementState.WITHDRAWN:
            return [_("%(who)s no longer asks to read %(name)s.") % words, figures["reason"]]
        case AgreementState.LAPSED:
            return [_("The agreement by which %(who)s read %(name)s has come to its last day.") % words]
    return [_("The agreement by which %(who)s read %(name)s has been ended.") % words, figures["reason"]]


def _of_standing(figures: Mapping[str, Any]) -> list[str]:
    served = timezone.localtime(datetime.fromisoformat(figures["served"])) if figures["served"] else None
    words = {"name": _of_language(figures["names"]), "since": served.strftime("%Y-%m-%d %H:%M") if served else "–"}
    match figures["standing"]:
        case Standing.SET_ASIDE:
            return [_("%(name)s, which you read: a new delivery was set aside. You go on reading that of %(since)s.") % words]
        case Standing.LATE:
            return [_("%(name)s, which you read, is late: its rows are of %(since)s.") % words]
        case Standing.DEAD:
            return [_("%(name)s, which you read, is no longer delivered: its rows are of %(since)s. Don't rely on them.") % words]
    return [_("%(name)s, which you read, is in order again: its rows are of %(since)s.") % words]


def _of_language(names: Mapping[str, str]) -> str:
    from django.utils.translation import get_language

    return names["zh"] if (get_language() or "zh").startswith("zh") else names["en"]


def page(notice: "Notice") -> str:
    """The agreement, where all of it is decided."""
    return reverse("agreement", args=[notice.figures["agreement"]])


NOTICES: Final = Contribution(
    purposes=(
        PurposeCard(
            AGREEMENTS,
            pgettext_lazy("purpose of a notice", "sharing of data"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.SEE,),
        ),
        PurposeCard(
            SELECTION_FILES,
            pgettext_lazy("purpose of a notice", "files of data"),
            texts=texts_of_files,
            page=page_of_file,
            acted_on=page_of_file,
            stays=True,
        ),
    ),
    reasons={
        SIDE: pgettext_lazy("told as", "a side of a sharing agreement"),
        ASKER: pgettext_lazy("told as", "who asked for the file"),
    },
)
