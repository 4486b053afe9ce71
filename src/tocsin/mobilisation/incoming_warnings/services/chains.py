"""A chain of messages as one warning: what its newest message says, whether it holds, when it is over."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import shapely
from django.db import transaction

from tocsin.atlas.face import tell_of_missing_outlines
from tocsin.bus.services import record_event
from tocsin.mobilisation.incoming_warnings.events import WarningReceived
from tocsin.mobilisation.incoming_warnings.models import IncomingMessage, IncomingWarning, WarnedCounty
from tocsin.mobilisation.incoming_warnings.policy import incoming_policy
from tocsin.mobilisation.incoming_warnings.rules.areas import governed_by, units_of_alert
from tocsin.mobilisation.incoming_warnings.rules.states import UNSIGNED, IncomingState, Link, MessageState, judge_chain
from tocsin.mobilisation.incoming_warnings.services.judging import Judged, judge, main_info
from tocsin.mobilisation.public_warnings.rules.places import outward

if TYPE_CHECKING:
    from uuid import UUID

    from shapely.geometry.base import BaseGeometry

    from tocsin.mobilisation.public_warnings.rules.cap.message import Alert, Info

_LONGEST_TEXT = 4000
_MOST_CORNERS = 2000


def begin_chain(message: IncomingMessage, judged: Judged, *, exercise: bool, now: datetime) -> IncomingWarning:
    """A new warning that says what the message says."""
    warning = IncomingWarning(service_id=message.service_id, exercise=exercise, came_at=now)
    _fill(warning, message, judged, now)
    return warning


def follow_message(warning: IncomingWarning, message: IncomingMessage, judged: Judged, *, now: datetime) -> None:
    """The warning once the message is part of its chain: how it stands and what it says follow from all of its messages."""
    verdict = judge_chain(_links(warning), now)
    if verdict.newest == message.pk and warning.words_of != message.pk:
        _fill(warning, message, judged, now)
    elif verdict.newest not in (None, warning.words_of):  # this one joined what had not been known as one
        _speak(warning, verdict.newest, now)
    _show_to(warning, judged.counties)
    if not warning.exercise:
        tell_of_missing_outlines([code for code in judged.undrawn if governed_by(judged.counties, code)], now)
    if verdict.state is IncomingState.IN_FORCE:
        warning.ended_at = None
    elif warning.ended_at is None:
        warning.ended_at = now
    warning.state, warning.changed_at, warning.to_join = verdict.state.value, now, True
    warning.save()
    _tell(warning)


def end_chain(warning: IncomingWarning, *, now: datetime) -> None:
    """It is part of another one from here on."""
    if warning.state == IncomingState.IN_FORCE:
        warning.state, warning.ended_at, warning.changed_at, warning.to_join = IncomingState.CANCELLED.value, now, now, True
        warning.save(update_fields=["state", "ended_at", "changed_at", "to_join"])
        _tell(warning)


@transaction.atomic
def expire_incoming(*, now: datetime) -> int:
    """Warnings whose end has come; returns how many."""
    rows = IncomingWarning.objects.select_for_update().filter(state=IncomingState.IN_FORCE, expires_at__lte=now)
    found = list(rows.order_by("expires_at", "id")[:100])
    for warning in found:
        warning.state, warning.ended_at, warning.to_join = IncomingState.EXPIRED.value, now, True
        warning.save(update_fields=["state", "ended_at", "to_join"])
        _tell(warning)
    return len(found)


def _fill(warning: IncomingWarning, message: IncomingMessage, judged: Judged, now: datetime) -> None:
    assert judged.alert is not None  # noqa: S101 - only messages that were read are taken
    assert judged.expires_at is not None  # noqa: S101
    info, policy = main_info(judged.alert), incoming_policy(message.region_code)
    warning.region_code = _narrowest(judged.counties)
    warning.kind, warning.event, warning.level = policy.kind_of(info), info.event[:200], policy.level_of(info)
    warning.unsigned = message.verdict == UNSIGNED
    warning.texts = _texts(judged.alert)
    warning.shape = shapely.geometry.mapping(_drawn(judged.shape))
    warning.counties = list(judged.counties)
    named = units_of_alert(judged.alert, policy.code_names)
    warning.units = [code for code in named if governed_by(judged.counties, code)]
    warning.onset_at, warning.expires_at = info.onset or info.effective or judged.alert.sent, judged.expires_at
    warning.changed_at, warning.words_of = now, message.pk
    warning.save()


def _speak(warning: IncomingWarning, message_id: "UUID", now: datetime) -> None:
    """Another message that is kept says what holds: it is read again."""
    message = IncomingMessage.objects.select_related("service").get(pk=message_id)
    judged = judge(message.service, bytes(message.data), message.came_at)
    if judged.counties:  # else the service may no longer speak of its area
        _fill(warning, message, judged, now)


def _show_to(warning: IncomingWarning, counties: Iterable[str]) -> None:
    """To those whom it ever met: they hear how it ends."""
    rows = [WarnedCounty(warning=warning, region_code=code) for code in {*counties, *warning.counties}]
    WarnedCounty.objects.bulk_create(rows, ignore_conflicts=True)


def _links(warning: IncomingWarning) -> list[Link]:
    rows = IncomingMessage.objects.filter(warning=warning).defer("data")
    return [
        Link(
            id=one.pk,
            msg_type=one.msg_type,
            sent=one.sent_at,
            expires=one.expires_at,
            refers_to=frozenset(f"{ref.sender} {ref.identifier}" for ref in one.references.all()),
            name=f"{one.sender} {one.identifier}",
            holds_here=one.state == MessageState.TAKEN,
        )
        for one in rows.prefetch_related("references")
        if one.sent_at is not None
    ]


def _texts(alert: "Alert") -> dict[str, dict[str, str]]:
    """By language, the first of each."""
    found: dict[str, dict[str, str]] = {}
    for info in alert.infos:
        found.setdefault("zh" if info.language.lower().startswith("zh") else info.language[:2].lower(), _words(info))
    return found


def _words(info: "Info") -> dict[str, str]:
    told = {
        "headline": info.headline or info.event,
        "caution": info.description,
        "measures": info.instruction,
        "area": "; ".join(area.description for area in info.areas),
        "sender": info.sender_name,
    }
    return {name: text[:_LONGEST_TEXT] for name, text in told.items()}


def _drawn(shape: "BaseGeometry") -> "BaseGeometry":
    """A shape of many thousand corners is kept with fewer, outwards."""
    if shapely.get_num_coordinates(shape) <= _MOST_CORNERS:
        return shape
    rings = outward(shape, most=500)
    return shapely.union_all([shapely.Polygon([(lon, lat) for lat, lon in ring]) for ring in rings])


def _narrowest(counties: Iterable[str]) -> str:
    """The county, else the city, else the province that holds them all.

    >>> _narrowest(["370213"]), _narrowest(["370213", "370202"]), _narrowest(["370213", "371002"])
    ('370213', '370200', '370000')
    """
    codes = set(counties)
    shared = next((codes_of for digits in (6, 4, 2) if len(codes_of := {code[:digits] for code in codes}) == 1), {""})
    return min(shared).ljust(6, "0")


def _tell(warning: IncomingWarning) -> None:
    event = WarningReceived(
        warning_id=str(warning.pk),
        kind=warning.kind,
        level=warning.level,
        state=warning.state,
        exercise=warning.exercise,
        counties=tuple(warning.counties),
    )
    record_event(event, region=warning.region_code)
