"""Public warnings drafted from one thing: how they stand, how many have read them, and what happened to them line by line."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from ninja import Field, Schema

from tocsin.hazchem.face import Followed
from tocsin.mobilisation.public_warnings.queries.warnings import told_and_read, warnings_from
from tocsin.mobilisation.public_warnings.rules.states import WarningState
from tocsin.mobilisation.public_warnings.shown.warnings import (
    LEVEL_NAMES,
    WarningOut,
    describe_warning,
    headline_of,
    until_words,
)
from tocsin.screens.timeline import sentence_of, time_lines

if TYPE_CHECKING:
    from tocsin.hazchem.face import ReleaseEstimate
    from tocsin.jurisdiction.face import Person
    from tocsin.mobilisation.public_warnings.models import PublicWarning

LINES = time_lines(
    {
        "warning_drafted": gettext_lazy("Public warning drafted: %(headline)s"),
        "warning_update": gettext_lazy("Update of the public warning drafted: %(headline)s"),
        "warning_all_clear": gettext_lazy("All clear of the public warning drafted: %(headline)s"),
        "warning_asked": gettext_lazy("Public warning handed to the second person: %(headline)s"),
        "warning_issued": gettext_lazy("Public warning issued, %(level)s, %(until)s: %(headline)s"),
        "warning_updated": gettext_lazy("Public warning updated, %(level)s, %(until)s: %(headline)s"),
        "warning_cleared": gettext_lazy("Public warning cancelled: %(headline)s"),
        "warning_sent": gettext_lazy("Public warning goes out to %(told)s addresses: %(headline)s"),
        "warning_expired": gettext_lazy("Public warning expired: %(headline)s"),
        "warning_dropped": gettext_lazy("Draft of a public warning given up: %(headline)s"),
    }
)
_DRAFTED = {"Alert": "warning_drafted", "Update": "warning_update", "Cancel": "warning_all_clear"}
_ISSUED = {"Alert": "warning_issued", "Update": "warning_updated", "Cancel": "warning_cleared"}


class SourceWarningOut(WarningOut):
    """A public warning where what it was drafted from is shown."""

    told: int = Field(description="addresses that have a row")
    read: int
    percent: int = Field(description="read of those told")


class WarningLineOut(Schema):
    """What happened to a public warning. No actor: the machine did it."""

    id: UUID
    at: datetime
    act: str
    actor: str
    sentence: str


def describe_warnings_of_source(warnings: "Iterable[PublicWarning]") -> list[SourceWarningOut]:
    """Each with its read share."""
    rows = list(warnings)
    counts = told_and_read([one.pk for one in rows])
    found = []
    for one in rows:
        told, read = counts.get(one.pk, (0, 0))
        percent = round(100 * read / told) if told else 0
        found.append(SourceWarningOut(**dict(describe_warning(one)), told=told, read=read, percent=percent))
    return found


def warnings_of_release(user: "Person", row: "ReleaseEstimate") -> list[Followed]:
    """Warnings that were drafted from an estimate of a release."""
    return [
        Followed(
            f"{gettext('Public warning')}: {one.headline}",
            one.state_name,
            reverse("public_warning", args=[one.id]),
            one.issued_at or one.created_at,
        )
        for one in describe_warnings_of_source(warnings_from(user, "release", [row.pk]))
    ]


def lines_of_warnings(warnings: "Iterable[PublicWarning]") -> list[WarningLineOut]:
    """What happened to them, by their own times, the oldest first."""
    rows = list(warnings)
    counts = told_and_read([one.pk for one in rows])
    found = [line for one in rows for line in _lines(one, counts.get(one.pk, (0, 0))[0])]
    return sorted(found, key=lambda line: line.at)


def _lines(warning: "PublicWarning", told: int) -> Iterator[WarningLineOut]:
    words = {
        "headline": headline_of(warning),
        "level": str(LEVEL_NAMES[warning.level]),
        "until": until_words(warning.expires_at),
        "told": str(told),
    }

    def line(act: str, at: datetime | None, actor: object = "") -> Iterator[WarningLineOut]:
        if at is not None:
            sentence = sentence_of(act, {}, words)
            yield WarningLineOut(id=uuid5(warning.pk, act), at=at, act=act, actor=str(actor or ""), sentence=sentence)

    at_once = warning.msg_type == "Cancel" and warning.asked_at is None and warning.issued_at is not None
    if not at_once:
        yield from line(_DRAFTED[warning.msg_type], warning.created_at, warning.author)
        yield from line("warning_asked", warning.asked_at, warning.author)
    if warning.issued_at is not None:  # it is kept in whole seconds
        issued_at = max(warning.issued_at, warning.asked_at or warning.created_at)
        yield from line(_ISSUED[warning.msg_type], issued_at, warning.issued_by)
    if told:
        yield from line("warning_sent", warning.queued_at)
    if warning.state == WarningState.EXPIRED and warning.msg_type != "Cancel":
        yield from line("warning_expired", warning.ended_at)
    if warning.state == WarningState.DROPPED:
        yield from line("warning_dropped", warning.ended_at)
