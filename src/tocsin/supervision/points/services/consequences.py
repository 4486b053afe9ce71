"""What follows from a colour: rows with a due time made when an object comes to it, closed by people and by records."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.bus.bulk import write_rows
from tocsin.bus.services import record_events
from tocsin.jurisdiction.face import require, system_actor
from tocsin.records.face import record_audit, working_days
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.points.events import ColourChanged
from tocsin.supervision.points.models import Consequence
from tocsin.supervision.points.policy import ConsequenceRow, PointsRules, due_of
from tocsin.supervision.points.queries.keys import Key, key_of, raw_rows
from tocsin.supervision.points.queries.rules import InForce, rules_for, rules_for_today

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

SUPERSEDED = "superseded"  # kept as the words of a regular look whose colour has gone

type _Row = tuple[UUID, str, str, datetime]
"""Object, colour, kind, due."""


@dataclass(frozen=True)
class Changed:
    """One object that shows another colour than the day before; `before` is grey for one that never had any."""

    object_id: UUID
    region_code: str
    before: str
    after: str


def follow_colours(
    changed: Sequence[Changed], *, day: date, now: datetime, in_force: Sequence[InForce], listed: Mapping[str, Container[UUID]]
) -> int:
    """Tells the changes and makes what they trigger; call it in the transaction that writes the colours. Returns how many rows.

    `changed` has rising ids; `listed` names by version of the policy who is on the key check list. Nothing is made that is open
    already. Regular looks of the colour that has gone end; what had to be done once stays open.
    """
    if not changed:
        return 0
    record_events(
        (ColourChanged(object_id=str(one.object_id), day=day.isoformat(), before=one.before, after=one.after), one.region_code)
        for one in changed
    )
    within = Consequence.objects.filter(object_id__gte=changed[0].object_id, object_id__lte=changed[-1].object_id).order_by()
    standing: dict[tuple[Key, str], Key] = {
        (one, kind): pk for one, kind, pk in raw_rows(within.filter(done_at=None).values_list("object_id", "kind", "pk"))
    }
    here: set[tuple[Key, str]] = {(one, kind) for one, kind in raw_rows(within.filter(day=day).values_list("object_id", "kind"))}
    chosen = {region: rules_for(in_force, region) for region in {one.region_code for one in changed}}
    follows: dict[tuple[str, str, bool], _Follows] = {}
    rows: list[_Row] = []
    ended: list[Key] = []
    for one in changed:
        version = chosen[one.region_code]
        case = version.version, one.after, one.object_id in listed[version.version]
        if case not in follows:
            follows[case] = _follows(version.rules, one.after, case[2], now)
        key = key_of(one.object_id)
        for kind, due in follows[case].wanted.items():
            if (key, kind) not in standing and (key, kind) not in here:
                rows.append((one.object_id, one.after, kind, due))
        ended += [standing[key, kind] for kind in follows[case].ends if (key, kind) in standing]
    if ended:
        Consequence.objects.filter(pk__in=ended).update(done_at=now, words=SUPERSEDED)
    _write(rows, day)
    return len(rows)


@dataclass(frozen=True)
class _Follows:
    """What is wanted of an object of one colour, with its time, and which regular looks end."""

    wanted: dict[str, datetime]
    ends: tuple[str, ...]


def _follows(rules: PointsRules, colour: str, on_list: bool, now: datetime) -> _Follows:
    wanted = {
        row.kind: _due(row, now)
        for row in rules.consequence
        if row.on and colour in row.colours and (on_list or not row.key_units_only)
    }
    return _Follows(wanted, tuple({row.kind for row in rules.consequence if row.months is not None} - set(wanted)))


@transaction.atomic
def close_consequence(*, actor: "User", consequence_id: UUID, words: str) -> Consequence:
    """Somebody says what was done. A regular look comes again after its time while the object has the colour.

    Consequence.DoesNotExist for one that the actor may not see, Conflict for one that is closed, InvalidInput without words.
    """
    row = Consequence.objects.select_for_update(of=("self",)).select_related("object").get(pk=consequence_id)
    require(actor, rights.INSPECT, row.object.region_code)
    if row.done_at is not None:
        raise Conflict(_("This is done already."))
    if not words.strip():
        raise InvalidInput(_("Say what was done."))
    return close_row(row, actor=actor, words=words.strip(), now=current_time())


def close_row(row: Consequence, *, actor: "User", words: str, now: datetime) -> Consequence:
    """It is done; a regular look comes again. Call it in a transaction, with the row locked or still unknown to anybody else."""
    row.done_at, row.words = now, words[:500]
    row.done_by = None if actor.pk == system_actor().pk else actor
    row.save(update_fields=["done_at", "done_by", "words", "inspection"])
    record_audit(
        actor, "consequence.closed", "object", row.object_id, row.object.region_code, {"kind": row.kind, "words": row.words}
    )
    rule = _rule_of(row.object, row.kind)
    today = timezone.localtime(now).date()
    if rule is not None and rule.months is not None:
        _write([(row.object_id, row.colour, row.kind, _due(rule, now))], max(today, row.day + timedelta(days=1)))
    return row


def _rule_of(supervised_object: SupervisedObject, kind: str) -> ConsequenceRow | None:
    return next((row for row in rules_for_today(supervised_object.region_code).consequence if row.kind == kind and row.on), None)


def _due(row: ConsequenceRow, now: datetime) -> datetime:
    return due_of(row, timezone.localtime(now), working_days().after)


def _write(rows: Iterable[_Row], day: date) -> None:
    made = list(rows)
    write_rows(
        Consequence,
        {
            "id": [new_id() for _row in made],
            "object": [one for one, _colour, _kind, _due_at in made],
            "day": [day] * len(made),
            "colour": [colour for _one, colour, _kind, _due_at in made],
            "kind": [kind for _one, _colour, kind, _due_at in made],
            "due_at": [due for _one, _colour, _kind, due in made],
            "words": [""] * len(made),
        },
    )
