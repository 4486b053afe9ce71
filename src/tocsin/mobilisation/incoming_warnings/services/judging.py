"""One message judged: by the same check as `tocsin cap check`, then by our clock and our map. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import shapely
from shapely import MultiPolygon, Polygon

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.areas.rules.codes import governs
from tocsin.mobilisation.incoming_warnings.policy import IncomingPolicy, incoming_policy
from tocsin.mobilisation.incoming_warnings.rules.areas import TOWN_DIGITS, outline_of, shape_of_alert, units_of_alert
from tocsin.mobilisation.incoming_warnings.rules.states import CLOCK, NO_PLACE, UNSIGNED, MessageState
from tocsin.mobilisation.public_warnings.queries.warnings import county_shapes, shape_of_unit
from tocsin.mobilisation.public_warnings.rules.cap.certificates import read_certificates
from tocsin.mobilisation.public_warnings.rules.cap.checking import Verdict, check
from tocsin.mobilisation.public_warnings.rules.cap.message import Alert, Info, MsgType, Status

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tocsin.mobilisation.incoming_warnings.models import WarningService

OF_WARNINGS = (MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL)
OF_PEOPLE = (Status.ACTUAL, Status.EXERCISE, Status.TEST)
_SLIVER = 1e-9  # square degrees: what two borders that touch have in common is no area


@dataclass(frozen=True)
class Judged:
    """What is to be done with a message. `shape` and `counties`: where it holds, cut to where the service may speak."""

    state: MessageState
    verdict: str
    reason: InvalidInput | None = None
    alert: Alert | None = None
    signed_by: str = ""
    expires_at: datetime | None = None
    shape: "BaseGeometry" = field(default_factory=Polygon)
    counties: tuple[str, ...] = ()
    undrawn: tuple[str, ...] = ()  # codes of its towns whose outlines nobody delivers: their counties stand for them


def judge(service: "WarningService", data: bytes, now: datetime) -> Judged:
    """Quarantined with the reason, set aside with the reason, or taken."""
    policy = incoming_policy(service.region_code)
    trusted = read_certificates(service.certificates.encode()) if service.certificates else []
    checked = check(data, trusted=trusted, takes_unsigned=service.takes_unsigned)
    if checked.verdict is not Verdict.VALID or checked.alert is None:
        return Judged(MessageState.QUARANTINED, checked.verdict, checked.reason, checked.alert, checked.signed_by)
    alert = checked.alert
    verdict = Verdict.VALID if checked.signed_by else UNSIGNED
    if (reason := _judge_clock(alert, policy, now)) is not None:
        return Judged(MessageState.QUARANTINED, CLOCK, reason, alert, checked.signed_by)
    if alert.msg_type not in OF_WARNINGS or alert.status not in OF_PEOPLE:
        other = InvalidInput("%(type)s with the status %(status)s warns nobody", type=alert.msg_type, status=alert.status)
        return Judged(MessageState.SET_ASIDE, verdict, other, alert, checked.signed_by)
    if alert.msg_type is MsgType.CANCEL:
        return Judged(MessageState.TAKEN, verdict, None, alert, checked.signed_by)
    return _judge_place(service, alert, verdict, checked.signed_by, policy, now)


def main_info(alert: Alert) -> Info:
    """The Chinese one, else the first."""
    return next((one for one in alert.infos if one.language.lower().startswith("zh")), alert.infos[0])


def end_of(alert: Alert, policy: IncomingPolicy) -> datetime:
    """When the message no longer holds: its latest end, or policy's where it names none, and never longer than policy allows."""
    begins = max(one.onset or one.effective or alert.sent for one in alert.infos)
    ends = [one.expires or begins + timedelta(hours=policy.default_h) for one in alert.infos]
    return min(max(ends), begins + timedelta(hours=policy.longest_h))


def _judge_clock(alert: Alert, policy: IncomingPolicy, now: datetime) -> InvalidInput | None:
    told = {"sent": alert.sent.isoformat(), "now": now.isoformat(timespec="seconds")}
    if alert.sent > now + timedelta(minutes=policy.ahead_min):
        return InvalidInput("It says that it was sent at %(sent)s; here it is %(now)s: a clock is wrong", **told)
    if alert.sent < now - timedelta(hours=policy.oldest_h):
        return InvalidInput(
            "It says that it was sent at %(sent)s, more than %(hours)s hours ago: a clock is wrong, or it was kept back",
            sent=told["sent"],
            hours=policy.oldest_h,
        )
    return None


def _judge_place(
    service: "WarningService", alert: Alert, verdict: str, signed_by: str, policy: IncomingPolicy, now: datetime
) -> Judged:
    shape = shape_of_alert(alert, policy.code_names, shape_of_unit)
    if shape.is_empty:
        nowhere = InvalidInput("No polygon, circle or code that is known here says where it holds")
        return Judged(MessageState.QUARANTINED, NO_PLACE, nowhere, alert, signed_by)
    inside = _polygons(shape.intersection(_allowed(service.regions)))
    ends = end_of(alert, policy)
    if inside.area <= _SLIVER:
        elsewhere = InvalidInput("It holds outside of the areas of which this service may speak")
        return Judged(MessageState.SET_ASIDE, verdict, elsewhere, alert, signed_by, ends)
    counties = tuple(code for code, county in _counties_in(service.regions) if county.intersection(inside).area > _SLIVER)
    if ends <= now:
        over = InvalidInput("It was over before it came: %(ends)s", ends=ends.isoformat())
        return Judged(MessageState.SET_ASIDE, verdict, over, alert, signed_by, ends)
    towns = [code for code in units_of_alert(alert, policy.code_names) if len(code) == TOWN_DIGITS]
    undrawn = tuple(code for code in towns if outline_of(code, shape_of_unit) is None)
    return Judged(MessageState.TAKEN, verdict, None, alert, signed_by, ends, inside, counties, undrawn)


def _allowed(regions: Sequence[str]) -> "BaseGeometry":
    return shapely.union_all([county for _code, county in _counties_in(regions)])


def _counties_in(regions: Sequence[str]) -> "list[tuple[str, Polygon | MultiPolygon]]":
    return [(code, shape) for code, shape in county_shapes().items() if any(governs(region, code) for region in regions)]


def _polygons(shape: "BaseGeometry") -> "BaseGeometry":
    parts = [one for one in shapely.get_parts(shape) if one.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts)
