"""Records of platforms taken in, matched with the register, and decided by people where the machine is unsure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.credit_codes import normal_credit_code
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.bulk import insert_all, save_all
from tocsin.engine.identity.matching import Match, Standing
from tocsin.jurisdiction.face import all_regions, require, scope
from tocsin.records.face import record_audit, record_audits
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.models import PlatformRecord, SupervisedObject
from tocsin.supervision.objects.queries.matching import match_records
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import MatchState, NewRecord, Weight

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.jurisdiction.face import User

MOST = 5000  # records of one call
AT_ONCE = 250  # of one transaction
_TOLD = ("level", "region_code", "name", "credit_code", "address", "lon", "lat")


def receive_records(*, actor: "User", records: Sequence[NewRecord]) -> list[PlatformRecord]:
    """Takes records of platforms in and matches them; one that says what it said before is left as it is.

    A record is known again where the actor manages its region, too: of two authorities each has its own record of one id.
    A record whose words have changed is judged anew, unless a person has decided it: then it keeps its object and only shows the
    new words. InvalidInput names what can't be read, before anything is written.

    All are matched before the first transaction, and written some hundred in each, so that nobody waits for names.
    """
    if len(records) > MOST:
        raise InvalidInput(_("At most %(most)s records at once.") % {"most": MOST})
    _check(actor, records)
    planned = _plan(records, _known(actor, records, PlatformRecord.objects.all()), current_time())
    verdicts = _verdicts(planned.judged)
    rows: dict[tuple[str, str], PlatformRecord] = {}
    for some in batched(records, AT_ONCE):
        rows |= _write(actor, some, verdicts)
    return [rows[one.platform, one.external_id] for one in records]


@dataclass
class _Plan:
    """What records change: rows that are new, rows with new words, and their words before."""

    fresh: list[PlatformRecord]
    changed: list[PlatformRecord]
    rows: dict[tuple[str, str], PlatformRecord]
    before: dict[UUID, dict[str, object]]

    @property
    def judged(self) -> list[PlatformRecord]:
        """The rows that the machine judges: not those that a person has decided."""
        return [*self.fresh, *(one for one in self.changed if one.decided_at is None)]


def _plan(records: Sequence[NewRecord], known: Mapping[tuple[str, str], Sequence[PlatformRecord]], now: datetime) -> _Plan:
    plan = _Plan([], [], {}, {})
    for one in records:
        key = (one.platform, one.external_id)
        row = plan.rows.get(key) or _same(known.get(key, []), one.region_code)
        told = {name: getattr(one, name) for name in _TOLD} | {"credit_code": normal_credit_code(one.credit_code)}
        if row is None:
            row = PlatformRecord(
                platform=one.platform, external_id=one.external_id, received_at=now, state=MatchState.NEW.value, **told
            )
            plan.fresh.append(row)
        elif any(getattr(row, name) != value for name, value in told.items()):
            plan.before.setdefault(row.pk, {name: getattr(row, name) for name in told})
            for name, value in told.items():
                setattr(row, name, value)
            row.received_at = now
            if row not in plan.fresh and row not in plan.changed:
                plan.changed.append(row)
        plan.rows[key] = row
    return plan


@transaction.atomic
def _write(actor: "User", records: Sequence[NewRecord], verdicts: "_Verdicts") -> dict[tuple[str, str], PlatformRecord]:
    plan = _plan(records, _known(actor, records, PlatformRecord.objects.select_for_update()), current_time())
    _judge(plan.judged, verdicts)
    insert_all(plan.fresh)
    save_all(plan.changed, *_TOLD, "received_at", *_JUDGED)
    told_of = ((one.pk, one.region_code, {"platform": one.platform, "state": one.state}) for one in plan.fresh)
    record_audits(actor, "platform_record.received", "platform_record", told_of)
    changes = ((one.pk, one.region_code, _changes(one, plan.before[one.pk])) for one in plan.changed)
    record_audits(actor, "platform_record.changed", "platform_record", changes)
    return plan.rows


def match_again(*, actor: "User", region_code: str) -> int:
    """Judges the undecided records of a region against the register as it is now; returns how many found another verdict.

    All are matched before the first transaction; a record that changed meanwhile is judged under its lock.
    """
    require(actor, rights.MANAGE, region_code)
    undecided = PlatformRecord.objects.filter(decided_at__isnull=True, region_code=region_code)
    rows = list(undecided.exclude(state=MatchState.MATCHED.value)[:MOST])
    verdicts = _verdicts([copy(one) for one in rows])
    changed = 0
    for some in list(batched((one.pk for one in rows), AT_ONCE)) or [()]:
        with transaction.atomic():
            again = list(undecided.select_for_update().filter(pk__in=some))
            before = [_verdict(one) for one in again]
            _judge(again, verdicts)
            differ = [(one, told) for one, told in zip(again, before, strict=True) if _verdict(one) != told]
            save_all([one for one, _told in differ], *_JUDGED)
            found = sum((told["state"], told["candidate_id"]) != (one.state, one.candidate_id) for one, told in differ)
            record_audit(actor, "platform_records.matched_again", "region", region_code, region_code, {"changed": found})
            changed += found
    return changed


@transaction.atomic
def decide_same(*, actor: "User", record_id: UUID, object_id: UUID) -> PlatformRecord:
    """A person says that the record is this object."""
    row = _locked(actor, record_id)
    found = scope(SupervisedObject.objects.all(), actor, rights.MANAGE).get(pk=object_id)
    if found.merged_into_id is not None:
        raise Conflict(_("This object was joined with another: choose that one."))
    row.object, row.candidate, row.state = found, None, MatchState.MATCHED.value
    row.apart = [one for one in row.apart if one != str(found.pk)]
    _decided(actor, row)
    record_audit(actor, "platform_record.joined", "platform_record", row.pk, row.region_code, {"object": str(found.pk)})
    return row


@transaction.atomic
def decide_apart(*, actor: "User", record_id: UUID, object_id: UUID) -> PlatformRecord:
    """A person says that the record is not this object: it is judged among the others, this one is never asked about again."""
    row = _locked(actor, record_id)
    parted = scope(SupervisedObject.objects.all(), actor, rights.MANAGE).get(pk=object_id)
    row.apart = sorted({*row.apart, str(parted.pk)})
    if row.object_id == object_id:
        row.object = None
    row.decided_at = row.decided_by = None
    _judge([row], {})
    if row.state != MatchState.UNSURE:
        _decided(actor, row)
    else:
        row.save()
    record_audit(actor, "platform_record.parted", "platform_record", row.pk, row.region_code, {"object": str(object_id)})
    return row


@transaction.atomic
def decide_new(*, actor: "User", record_id: UUID) -> PlatformRecord:
    """A person says that the register does not have this firm."""
    row = _locked(actor, record_id)
    row.object, row.candidate, row.state = None, None, MatchState.NEW.value
    _decided(actor, row)
    record_audit(actor, "platform_record.new", "platform_record", row.pk, row.region_code, {})
    return row


_JUDGED = ("object", "candidate", "state", "probability", "weights")
_VERDICT = ("object_id", "candidate_id", "state", "probability", "weights")


type _Verdicts = Mapping[tuple[object, ...], dict[str, object]]


def _verdicts(rows: Sequence[PlatformRecord]) -> _Verdicts:
    """The machine's verdict on each row as it stands, by all that it rests on; the rows take it, too, and nothing is saved."""
    _judge(rows, {})
    return {_rests_on(one): _verdict(one) for one in rows}


def _verdict(row: PlatformRecord) -> dict[str, object]:
    return {name: getattr(row, name) for name in _VERDICT}


def _rests_on(row: PlatformRecord) -> tuple[object, ...]:
    return (row.platform, row.external_id, *(getattr(row, name) for name in _TOLD), *row.apart)


def _judge(rows: Sequence[PlatformRecord], verdicts: _Verdicts) -> None:
    """Sets the machine's verdict on the rows, from those that are there, else city by city; nothing is saved."""
    by_city: dict[str, list[PlatformRecord]] = defaultdict(list)
    for row in rows:
        known = verdicts.get(_rests_on(row))
        if known is None:
            by_city[row.region_code[:4]].append(row)
            continue
        for name, value in known.items():
            setattr(row, name, value)
    for city in by_city.values():
        matches = match_records([_as_new(one) for one in city], [one.apart for one in city])
        for row, match in zip(city, matches, strict=True):
            _apply(row, match)


def _apply(row: PlatformRecord, match: Match) -> None:
    best = match.best
    row.state = MatchState(match.standing.value).value
    row.object_id = UUID(best.key) if best and match.standing is Standing.MATCHED else None
    row.candidate_id = UUID(best.key) if best and match.standing is Standing.UNSURE else None
    row.probability = best.probability if best else 0.0
    row.weights = waterfall(match) if best else []


def waterfall(match: Match) -> list[Weight]:
    """The bars of the likeliest candidate, the prior first, as a row keeps them."""
    best = match.best
    if best is None:
        return []
    return [
        Weight(field="prior", level="", bits=round(best.prior_bits, 2), measured=None),
        *(Weight(field=one.field, level=one.level, bits=round(one.bits, 2), measured=one.measured) for one in best.weights),
        Weight(field="other_site", level="", bits=0.0, measured=round(best.other_site, 4)),
    ]


def _as_new(row: PlatformRecord) -> NewRecord:
    return NewRecord(row.platform, row.level, row.external_id, **{name: getattr(row, name) for name in _TOLD if name != "level"})


def _changes(row: PlatformRecord, before: dict[str, object]) -> dict[str, object]:
    now = {name: getattr(row, name) for name in before}
    return {"platform": row.platform, **{name: [before[name], now[name]] for name in before if before[name] != now[name]}}


def _same(known: Sequence[PlatformRecord], region_code: str) -> PlatformRecord | None:
    """The record of this region, else the only one within reach: then the firm has moved."""
    here = [one for one in known if one.region_code == region_code] or (known if len(known) == 1 else [])
    return here[0] if here else None


def _known(
    actor: "User", records: Iterable[NewRecord], among: "QuerySet[PlatformRecord]"
) -> dict[tuple[str, str], list[PlatformRecord]]:
    by_platform: dict[str, set[str]] = defaultdict(set)
    for one in records:
        by_platform[one.platform].add(one.external_id)
    rows = scope(among, actor, rights.MANAGE)
    found: dict[tuple[str, str], list[PlatformRecord]] = defaultdict(list)
    for platform, ids in by_platform.items():
        for start in range(0, len(ids), 500):
            for row in rows.filter(platform=platform, external_id__in=sorted(ids)[start : start + 500]):
                found[row.platform, row.external_id].append(row)
    return found


def _check(actor: "User", records: Sequence[NewRecord]) -> None:
    regions = set(all_regions().values_list("code", flat=True))
    for code in {one.region_code for one in records}:
        require(actor, rights.MANAGE, code)
        if code not in regions:
            raise InvalidInput(_("There is no region %(given)s: write the county's six digits.") % {"given": code or "–"})
    for place, one in enumerate(records, 1):
        limits = (("platform", 60), ("level", 20), ("external_id", 120), ("name", 200), ("address", 300))
        long = [name for name, most in limits if len(getattr(one, name)) > most]
        empty = [name for name in ("platform", "external_id", "name") if not getattr(one, name).strip()]
        if len(normal_credit_code(one.credit_code)) > 18:
            long.append("credit_code")
        if long or empty:
            raise InvalidInput(
                _("Record %(place)d: %(names)s can't be read.") % {"place": place, "names": ", ".join([*long, *empty])}
            )


def _locked(actor: "User", record_id: UUID) -> PlatformRecord:
    row = PlatformRecord.objects.select_for_update().get(pk=record_id)
    require(actor, rights.MANAGE, row.region_code)
    return row


def _decided(actor: "User", row: PlatformRecord) -> None:
    row.decided_at, row.decided_by = current_time(), actor
    row.save()
