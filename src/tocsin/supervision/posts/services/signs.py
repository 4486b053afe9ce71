"""Signs of presence are taken, each once or refused with its reason, and deleted after the days in policy."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.engine.duty.shift import Sign
from tocsin.federation.rules.outcomes import Reason
from tocsin.jurisdiction.face import reach
from tocsin.records.face import record_audit
from tocsin.records.retention.rules import Kept
from tocsin.supervision.evidence.services import Taken, lies_ahead, unknown_source
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.models import DutyVerdict, PresenceSign, PresenceTerminal
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.queries.terminals import terminal_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

SOURCES = tuple(Sign)
_BATCH = 500
_FORGET = 5000


@dataclass(frozen=True)
class _Range:
    low: float
    high: float


_RANGES = {
    Sign.GATE: _Range(0, 1),
    Sign.TERMINAL_LOGIN: _Range(0, 1),
    Sign.CAMERA_MATCH: _Range(0, 1),
    Sign.PERMIT_SIGNATURE: _Range(1, 1),
    Sign.POSITIONING: _Range(0, 1e6),
    Sign.PHONE_LOCATION: _Range(0, 2.1e4),
    Sign.ROLL_CALL: _Range(-1, 8.64e4),
}


class NewSign(msgspec.Struct, frozen=True, kw_only=True):
    """One sign as gates, positioning, cameras and terminals send it. `firm`: information code or credit code; `person`: the
    person's number in those systems. `value` by source, as `engine.duty.Sign` says.
    """

    firm: str
    person: str
    source: str
    at: datetime
    value: float


@transaction.atomic
def take_signs(*, actor: "User", signs: Sequence[NewSign], now: datetime) -> Taken:
    """Writes the signs that can be read and whose person is known within the actor's reach; sent twice, counted once.

    InvalidInput for more signs than are taken at once.
    """
    rows, result = examine_signs(actor=actor, signs=signs, now=now)
    known = _known(rows)
    fresh = [row for key, row in rows.items() if key not in known]
    PresenceSign.objects.bulk_create(fresh, batch_size=_BATCH, ignore_conflicts=True)
    result.taken = len(fresh)
    result.known = len(signs) - len(result.refused) - len(fresh)
    if fresh:
        details = {"taken": result.taken, "known": result.known, "refused": len(result.refused)}
        record_audit(actor, "signs.taken", "presence", "", "", details)
    return result


type _Key = tuple[UUID, str, datetime, bool]  # person, source, time, told by the firm itself


def examine_signs(*, actor: "User", signs: Sequence[NewSign], now: datetime) -> tuple[dict[_Key, PresenceSign], Taken]:
    """The rows that would be written, and what is refused; nothing is written. InvalidInput for more than are taken at once."""
    most = duty_policy().keeping.signs_at_once
    if len(signs) > most:
        raise InvalidInput(f"{len(signs)} signs at once; send at most {most} in one request")
    terminal = terminal_of(actor)
    people = _people_of(actor, signs, terminal)
    result = Taken()
    rows: dict[_Key, PresenceSign] = {}
    for position, one in enumerate(signs):
        person_id, firm_id, by_firm = people.get((one.firm, one.person), (None, None, False))
        problem = _problem(one, now)
        if problem is None and terminal is not None and one.source not in terminal.sources:
            problem = Reason(gettext_noop("this token does not send %(source)s"), {"source": one.source})
        if problem is None and person_id is None:
            told = {"person": one.person, "firm": one.firm}
            problem = Reason(
                gettext_noop("no person “%(person)s” of a firm “%(firm)s” is known within the sender's region"), told
            )
        if problem is not None or person_id is None or firm_id is None:
            result.refused += [(position, problem)] if problem else []
            continue
        row = PresenceSign(person_id=person_id, source=one.source, at=one.at, value=one.value, by_firm=by_firm)
        rows.setdefault((person_id, one.source, one.at, by_firm), row)
        result.saw(firm_id, one.at)
    return rows, result


def forget_old_signs(before: datetime) -> int:
    """Deletes raw signs older than that, and what was drawn from them in verdicts on shifts that ended before: only
    the fact, the role and the time stay. In small parts; returns how many rows went.
    """
    gone = list(PresenceSign.objects.filter(at__lt=before).values_list("pk", flat=True)[:_FORGET])
    PresenceSign.objects.filter(pk__in=gone).delete()
    told = Q(p_present__isnull=False) | ~Q(votes=[])
    old = list(DutyVerdict.objects.filter(told, shift__end_at__lt=before).values_list("pk", flat=True)[:_FORGET])
    DutyVerdict.objects.filter(pk__in=old).update(votes=[], p_present=None)
    return len(gone) + len(old)


def _people_of(
    actor: "User", signs: Sequence[NewSign], terminal: PresenceTerminal | None
) -> dict[tuple[str, str], tuple[UUID, UUID, bool]]:
    """(name of the firm, number of the person) -> person, firm, and whether it is the firm that speaks; as far as the actor
    reaches.
    """
    places = Q(pk__in=[] if terminal is None else [terminal.object_id])
    authority = tuple(one.prefix for one in reach(actor, rights.MANAGE) if one.organisation_id is None)
    for prefix in authority:
        places |= Q(region_code__startswith=prefix)
    for one in reach(actor, rights.OWN):
        if one.organisation_id is not None:
            places |= Q(region_code__startswith=one.prefix, organisation_id=one.organisation_id)
    names = sorted({one.firm for one in signs if one.firm})
    firms: dict[UUID, set[str]] = {}
    by_firm: dict[UUID, bool] = {}
    reachable = SupervisedObject.objects.filter(places, active=True, merged_into__isnull=True)
    for start in range(0, len(names), _BATCH):
        part = names[start : start + _BATCH]
        rows = reachable.filter(Q(code__in=part) | Q(credit_code__in=part))
        for pk, region, *words in rows.values_list("pk", "region_code", "code", "credit_code"):
            by_firm[pk] = terminal is None and not region.startswith(authority)
            firms.setdefault(pk, set()).update(one for one in words if one)
    found: dict[tuple[str, str], tuple[UUID, UUID, bool]] = {}
    people = KeyPerson.objects.filter(object__in=list(firms), active=True).exclude(external_id="")
    for pk, firm_id, number in people.values_list("pk", "object_id", "external_id"):
        for name in firms[firm_id]:
            found[name, number] = pk, firm_id, by_firm[firm_id]
    return found


def _known(rows: dict[_Key, PresenceSign]) -> set[_Key]:
    if not rows:
        return set()
    moments, people = [key[2] for key in rows], {key[0] for key in rows}
    there = PresenceSign.objects.filter(person__in=people, at__gte=min(moments), at__lte=max(moments))
    return set(there.values_list("person_id", "source", "at", "by_firm"))


def _problem(new_sign: NewSign, now: datetime) -> Reason | None:
    if new_sign.source not in SOURCES:
        return unknown_source(new_sign.source, SOURCES)
    if new_sign.at.tzinfo is None:
        return Reason(gettext_noop("the time has no zone: write 2026-11-25T08:00:00+08:00"))
    keeping = duty_policy().keeping
    if new_sign.at > now + timedelta(minutes=keeping.ahead_min):
        return lies_ahead(new_sign.at)
    if new_sign.at < now - timedelta(days=keeping.signs_days):
        return Reason(gettext_noop("the time %(at)s is older than signs are kept"), {"at": new_sign.at.isoformat()})
    allowed = _RANGES[Sign(new_sign.source)]
    if not (math.isfinite(new_sign.value) and allowed.low <= new_sign.value <= allowed.high):
        told = {"value": str(new_sign.value), "source": new_sign.source, "low": f"{allowed.low:g}", "high": f"{allowed.high:g}"}
        return Reason(gettext_noop("%(value)s is no value of %(source)s: it lies from %(low)s to %(high)s"), told)
    return None


def _count_old(before: datetime) -> int:
    return PresenceSign.objects.filter(at__lt=before).count()


KEPT = Kept(
    "signs",
    pgettext_lazy("kept", "Raw signs of people on post"),
    "supervision.duty",
    lambda: duty_policy().keeping.signs_days,
    count=_count_old,
    forget=forget_old_signs,
    why=gettext_lazy("Of shifts the fact, the role and the time."),
)
