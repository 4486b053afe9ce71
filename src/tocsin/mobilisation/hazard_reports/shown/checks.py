"""A report as its two checkers read it on their phones, and the page's row and sentences. Nothing here says who reported."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.fieldwork.shown import ActEntryOut, Phone, common_texts
from tocsin.mobilisation.hazard_reports.policy.reports import kind_name
from tocsin.mobilisation.hazard_reports.policy.routing import situation_name
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.checks import CheckAct, CheckVerdict
from tocsin.mobilisation.hazard_reports.rules.states import VERDICTS, ReportState
from tocsin.mobilisation.hazard_reports.shown.photos import attached_by
from tocsin.mobilisation.hazard_reports.shown.words import STATE_NAMES
from tocsin.supervision.face import region_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tocsin.jurisdiction.face import User
    from tocsin.mobilisation.hazard_reports.models import CheckEntry, HazardReport, ReportPhoto

ACT_NAMES: Final[dict[CheckAct, Promise]] = {
    CheckAct.CHECK: pgettext_lazy("check of a report", "What was found"),
    CheckAct.PHOTO: pgettext_lazy("check of a report", "Photo"),
    CheckAct.NOTE: pgettext_lazy("check of a report", "Note"),
}


class CheckedPhotoOut(Schema):
    """The blurred copy of a photo of the reporter or of the check."""

    number: int
    by: str = Field(description="who attached it to the check; empty: the reporter")
    attachment_id: UUID


class CheckedReportOut(Schema):
    """A report that is yours to check."""

    id: UUID
    number: str
    version: int
    kind_name: str
    situation_name: str
    firm: str
    place: str
    region_name: str
    lon: float | None
    lat: float | None
    text: str
    since: str
    danger: bool
    received_at: datetime
    due: datetime | None
    state: str
    state_name: str
    other: str = Field(description="the other checker")
    signed_as: str = Field(description="what was signed first: true, partly_true, not_true; empty: nothing yet")
    signed_by: str
    signed_by_me: bool
    inspection_id: UUID | None
    photos: list[CheckedPhotoOut] = Field(
        description="blurred copies, for a device to keep while the report is to be checked; none afterwards"
    )
    photos_awaited: int = Field(description="photos of which nobody has released a copy yet")
    entries: list[ActEntryOut] = Field(description="yours and those of the other checker, conflicts among them")


class CheckerPhoneOut(Schema):
    """What the page of checkers works with when there is no network."""

    now: datetime
    person_id: str
    person: str
    reports: list[CheckedReportOut]


def describe_check(report: "HazardReport", user: "User") -> CheckedReportOut:
    """The report for one of its checkers; checkers, who signed, and entries with their actors are loaded."""
    other = report.second_checker if user.pk == report.first_checker_id else report.first_checker
    copies = {photo.copy_id: _released_copy(photo) for photo in report.photos.all()}
    pending = report.checked_as if report.state == ReportState.ASSIGNED else ""
    return CheckedReportOut(
        id=report.pk,
        number=report.number,
        version=report.version,
        kind_name=kind_name(report.kind),
        situation_name=situation_name(report.situation, report.region_code) if report.situation else "",
        firm=report.firm,
        place=report.place,
        region_name=region_name(report.region_code),
        lon=report.lon,
        lat=report.lat,
        text=report.text,
        since=report.since,
        danger=report.danger,
        received_at=report.received_at,
        due=report.check_due if report.state == ReportState.ASSIGNED else None,
        state=report.state,
        state_name=str(STATE_NAMES[ReportState(report.state)]),
        other=str(other or ""),
        signed_as=pending,
        signed_by=str(report.checked_by or "") if pending else "",
        signed_by_me=bool(pending) and report.checked_by_id == user.pk,
        inspection_id=report.inspection_id,
        photos=(photos := _released(report)),
        photos_awaited=len(report.photos.all()) - len(photos) if report.state == ReportState.ASSIGNED else 0,
        entries=[describe_check_entry(one, copies) for one in report.check_entries.all()],
    )


def _released(report: "HazardReport") -> list[CheckedPhotoOut]:
    """The latest copies, while the report is to be checked."""
    if report.state != ReportState.ASSIGNED:
        return []
    found = [(photo, _released_copy(photo)) for photo in report.photos.all()]
    return [CheckedPhotoOut(number=one.number, by=attached_by(one), attachment_id=copy) for one, copy in found if copy]


def _released_copy(photo: "ReportPhoto") -> UUID | None:
    """What the desk has released of a photo last; None: nothing yet."""
    last = max(photo.decisions.all(), key=lambda one: one.number, default=None)
    return last.blurred_id if last is not None else None


def describe_check_entry(entry: "CheckEntry", copies: "Mapping[UUID, UUID | None]") -> ActEntryOut:
    """One act; what was found stands in its name, a conflict in words. `copies`: of each whole copy the released one, which
    stands in its place.
    """
    name = str(ACT_NAMES[CheckAct(entry.act)])
    if verdict := entry.data.get("verdict"):
        name = f"{name}: {STATE_NAMES[ReportState(verdict)]}"
    shown = ActEntryOut.of(entry, name=name, conflict=_conflict(entry))
    kept = entry.data.get("attachment")
    if kept is not None and (whole := UUID(kept)) in copies:
        released = copies[whole]
        shown.data = {key: said for key, said in entry.data.items() if key != "attachment"}
        shown.data |= {"attachment": str(released)} if released is not None else {}
    return shown


def _conflict(entry: "CheckEntry") -> str:
    match CheckVerdict(entry.verdict):
        case CheckVerdict.DIFFERS:
            return _("The other checker had found something else. It counts once both say the same: talk to each other.")
        case CheckVerdict.OLDER:
            return _("You had said something later, which came before this: it is kept and changes nothing.")
        case CheckVerdict.TOO_LATE:
            return _("The report had gone on before this arrived: it is kept and changes nothing.")
        case _:
            return ""


def checker_texts() -> dict[str, str]:
    """Sentences of the page."""
    return {
        **common_texts(),
        "all": pgettext("phone page", "All"),
        "none": _("No report is yours to check now."),
        "check": pgettext("check of a report", "What you found"),
        "check_now": pgettext("check of a report", "Write down what you found"),
        "check_same": _("I found the same: {verdict}"),
        "check_other": _("I found something else"),
        "check_again": pgettext("check of a report", "Change what I wrote down"),
        "verdict": _("The report is"),
        **{one.value: str(STATE_NAMES[one]) for one in VERDICTS},
        "words": _("What you saw, and by what"),
        "reported": _("What was reported"),
        "since": pgettext("report", "Since when"),
        "until": _("Check it by {moment}"),
        "late": _("Late: it was to be checked by {moment}"),
        "danger": _("danger to life"),
        "with": _("With {name}. It counts once both have written down the same."),
        "signed_other": _("{name} wrote down: {verdict}."),
        "signed_me": _("You wrote down: {verdict}. {name} signs on their own phone."),
        "signed_not_sent": _("You wrote down: {verdict}. It is sent once there is a network."),
        "done": _("Both have found the same: {verdict}. The desk goes on."),
        "inspection": _("Open the inspection"),
        "photo_of_reporter": _("Photo {number} of the reporter"),
        "photo_of_check": _("Photo {number} by {name}"),
        "not_here": _("is loaded once there is a network"),
        "photos_awaited": _("{count} more are being prepared: faces and number plates are blurred first."),
        "on_map": _("Show the way"),
        "keep_secret": _("Show nobody the report and do not say that there is one: the firm learns of the matter alone."),
        "desk_page": _("The report with its photos"),
    }


CHECKER = Phone(
    "checker",
    pgettext_lazy("phone page", "Checks of reports"),
    rights.CHECK,
    gettext_lazy("Your roles do not open this page."),
    "/api/v1/mobilisation/",
    checker_texts,
)
"""The checkers' phone page."""
