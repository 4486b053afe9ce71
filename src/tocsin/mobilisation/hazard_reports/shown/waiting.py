"""What of reports waits for somebody to act."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.hazard_reports.models import HazardReport, IdentityKey, IdentityRequest, ReportPhoto
from tocsin.mobilisation.hazard_reports.queries.exchange import keys_to_destroy, keys_to_empty, keys_to_take
from tocsin.mobilisation.hazard_reports.queries.identity import openings_to_act_on
from tocsin.mobilisation.hazard_reports.queries.photos import photos_to_decide
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.states import ReportState
from tocsin.mobilisation.hazard_reports.shown.reports import clock_of
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import in_one_line
from tocsin.supervision.face import region_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import Promise

    from tocsin.jurisdiction.rights.rules import Permission
    from tocsin.screens.request import Actor

    type Found = Callable[[Actor, datetime], QuerySet[HazardReport]]


def to_decide(user: "Actor", _now: datetime) -> QuerySet[HazardReport]:
    """Reports of which nobody has said whether they are accepted."""
    return _desk(user, ReportState.RECEIVED).order_by("accept_due")


def to_assign(user: "Actor", _now: datetime) -> QuerySet[HazardReport]:
    """Accepted ones without checkers."""
    return _desk(user, ReportState.ACCEPTED).order_by("check_due")


def to_check(user: "Actor", _now: datetime) -> QuerySet[HazardReport]:
    """Those of which the user is one of the two checkers."""
    found = scope(HazardReport.objects.filter(state=ReportState.ASSIGNED.value, merged_into=None), user, rights.CHECK)
    return found.filter(Q(first_checker=user.pk) | Q(second_checker=user.pk)).order_by("check_due")


def to_finish(user: "Actor", _now: datetime) -> QuerySet[HazardReport]:
    """Checked ones that are to be handled or answered."""
    states = (ReportState.TRUE, ReportState.PARTLY_TRUE, ReportState.NOT_TRUE, ReportState.MALICIOUS, ReportState.HANDLED)
    return _desk(user, *states).order_by("answer_due")


def to_close(user: "Actor", _now: datetime) -> QuerySet[HazardReport]:
    """Answered ones that somebody closes, once it is certain that the hazard is gone."""
    return _desk(user, ReportState.ANSWERED).order_by("answer_due")


def to_second(user: "Actor", _now: datetime) -> QuerySet[HazardReport]:
    """Those that another person has called malicious."""
    found = _desk(user, ReportState.NOT_TRUE).filter(claimed_malicious_by__isnull=False)
    return found.exclude(claimed_malicious_by=user.pk).order_by("answer_due")


def to_take_over(user: "Actor", _now: datetime) -> QuerySet[HazardReport]:
    """Those that another body gave to the user's own."""
    states = (ReportState.RECEIVED, ReportState.ACCEPTED, ReportState.ASSIGNED)
    return _desk(user, *states).filter(handed_due__isnull=False, organisation=user.organisation_id).order_by("handed_due")


def _desk(user: "Actor", *states: ReportState) -> QuerySet[HazardReport]:
    found = HazardReport.objects.filter(state__in=[one.value for one in states], merged_into=None)
    return scope(found, user, rights.HANDLE)


def _tell(report: HazardReport) -> Waiting:
    about = in_one_line(*filter(None, (report.firm or report.place, report.number)))
    return Waiting(about, reverse("hazard_report", args=[report.pk]), report.received_at, clock_of(report)[1])


def _tell_photo(photo: ReportPhoto) -> Waiting:
    report = photo.report
    about = in_one_line(*filter(None, (report.firm or report.place, report.number)))
    return Waiting(about, reverse("hazard_photo", args=[report.pk, photo.number]), photo.copy.at, clock_of(report)[1])


def _kind(code: str, words: "Promise", found: "Found", permission: "Permission" = rights.HANDLE) -> WaitingKind:
    return WaitingKind(code, words, (permission,), found=found, tell=_tell)


def _tell_key(key: IdentityKey) -> Waiting:
    about = in_one_line(key.slot.upper(), region_name(key.region_code), str(key.holder))
    return Waiting(about, reverse("identity_keys"), key.replaced_at or key.installed_at)


def _tell_opening(request: IdentityRequest) -> Waiting:
    return Waiting(in_one_line(request.report.number, request.reason), reverse("identity_keys"), request.asked_at)


_OFFICERS: Final = (rights.KEEP,)
_KEYS: Final = (
    WaitingKind(
        "identity_opening",
        pgettext_lazy("what waits", "Opening of a sealed identity: your turn"),
        _OFFICERS,
        found=openings_to_act_on,
        tell=_tell_opening,
    ),
    WaitingKind(
        "identity_key_take",
        pgettext_lazy("what waits", "New identity key: compare it, take or decline"),
        (rights.KEEP, rights.WATCH),
        found=keys_to_take,
        tell=_tell_key,
    ),
    WaitingKind(
        "identity_key_reseal",
        pgettext_lazy("what waits", "Replaced identity key: seal anew what stands under it"),
        _OFFICERS,
        found=keys_to_empty,
        tell=_tell_key,
    ),
    WaitingKind(
        "identity_key_destroy",
        pgettext_lazy("what waits", "Replaced identity key: destroy it"),
        _OFFICERS,
        found=keys_to_destroy,
        tell=_tell_key,
    ),
)
WAITING: Final = (
    _kind("hazard_decide", pgettext_lazy("what waits", "Report by the public: accept or refuse"), to_decide),
    _kind("hazard_take_over", pgettext_lazy("what waits", "Report by the public given to us: take over"), to_take_over),
    _kind("hazard_assign", pgettext_lazy("what waits", "Report by the public: name two checkers"), to_assign),
    _kind("hazard_check", pgettext_lazy("what waits", "Report by the public: check"), to_check, rights.CHECK),
    _kind("hazard_finish", pgettext_lazy("what waits", "Report by the public: handle and answer"), to_finish),
    _kind("hazard_close", pgettext_lazy("what waits", "Report by the public: close"), to_close),
    WaitingKind(
        "hazard_photo",
        pgettext_lazy("what waits", "Photo of a report by the public: say what is blurred"),
        (rights.HANDLE,),
        found=photos_to_decide,
        tell=_tell_photo,
    ),
    _kind("hazard_second", pgettext_lazy("what waits", "Report by the public called malicious: decide"), to_second),
    *_KEYS,
)
