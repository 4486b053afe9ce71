"""A muster begins, people are ticked by hand, whoever is heard later is added, and it ends with its record."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.engine.positioning.musters import count_standings
from tocsin.hazchem.musters.models import MusterPerson, PlantMuster
from tocsin.hazchem.musters.queries.musters import people_to_find, require_act, roll_of, visible_musters
from tocsin.hazchem.musters.services.telling import tell_begun, tell_ended
from tocsin.hazchem.positions.queries.sight import firms_in_sight, keeps
from tocsin.hazchem.positions.rules.tags import TagKind
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_FROZEN = ("standing", "place", "heard_at", "lon", "lat")


@transaction.atomic
def begin_muster(*, actor: "User", object_id: UUID, drill: bool, reason: str = "", now: datetime) -> PlantMuster:
    """Everybody who is present has to be found. Conflict while a muster of the firm goes on."""
    firm = firms_in_sight(actor).get(pk=object_id)
    require_act(actor, firm)
    muster = PlantMuster(object=firm, region_code=firm.region_code, drill=drill, begun_at=now, begun_by=actor)
    muster.reason, muster.by_command = storable(reason.strip())[:300], not keeps(actor, firm)
    try:
        with transaction.atomic():
            muster.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("A muster of %(firm)s goes on already.") % {"firm": firm.name}) from None
    added = _add_present(muster, now)
    record_audit(actor, "muster.begun", "plant_muster", muster.pk, muster.region_code, {"drill": drill, "people": added})
    tell_begun(muster, now)
    return muster


def follow_musters(*, now: datetime) -> int:
    """Whoever is heard for the first time while a muster goes on has to be found, too; how many were added."""
    added = 0
    for pk in PlantMuster.objects.filter(ended_at__isnull=True).values_list("pk", flat=True):
        with transaction.atomic():
            muster = PlantMuster.objects.select_for_update().filter(pk=pk, ended_at__isnull=True).first()
            added += _add_present(muster, now) if muster else 0
    return added


@transaction.atomic
def tick_person(*, actor: "User", muster_person_id: UUID, where: str = "", now: datetime) -> MusterPerson:
    """Somebody has been seen by a person. Ticked twice, the first one stands."""
    person = _held_person(actor, muster_person_id)
    if person.ticked_at is None:
        person.ticked_at, person.ticked_by, person.ticked_where = now, actor, storable(where.strip())[:120]
        person.save(update_fields=["ticked_at", "ticked_by", "ticked_where"])
        _note(actor, "muster.ticked", person)
    return person


@transaction.atomic
def untick_person(*, actor: "User", muster_person_id: UUID) -> MusterPerson:
    """It was somebody else."""
    person = _held_person(actor, muster_person_id)
    person.ticked_at, person.ticked_by, person.ticked_where = None, None, ""
    person.save(update_fields=["ticked_at", "ticked_by", "ticked_where"])
    _note(actor, "muster.unticked", person)
    return person


@transaction.atomic
def add_person(
    *,
    actor: "User",
    muster_id: UUID,
    name: str,
    kind: TagKind,
    employer: str = "",
    where: str = "",
    seen: bool = True,
    now: datetime,
) -> MusterPerson:
    """Somebody without a tag: seen here, or known to be inside and not seen yet."""
    muster = _held(actor, muster_id)
    name = storable(name.strip())[:120]
    if not name:
        raise InvalidInput(_("Say who it is."))
    if kind is TagKind.VEHICLE:
        raise InvalidInput(_("A muster finds people; vehicles stand on the map."))
    person = MusterPerson(muster=muster, name=name, kind=kind, employer=storable(employer.strip())[:120], by_hand=True)
    if seen:
        person.ticked_at, person.ticked_by, person.ticked_where = now, actor, storable(where.strip())[:120]
    person.save()
    _note(actor, "muster.added", person)
    return person


@transaction.atomic
def end_muster(*, actor: "User", muster_id: UUID, note: str = "", now: datetime) -> PlantMuster:
    """The muster is over: how everybody stands now is kept. InvalidInput where people are missing and no note is given."""
    muster = _held(actor, muster_id)
    muster.note = storable(note.strip())[:300]
    roll = roll_of(muster)
    counts = count_standings(one.standing for one in roll)
    missing = [one for one in roll if one.standing == "missing"]
    if missing and not muster.note:
        raise InvalidInput(_("%(count)s are missing: say what became of them before you end it.") % {"count": len(missing)})
    for one in roll:
        for name in _FROZEN:
            setattr(one.person, name, getattr(one, name))
    MusterPerson.objects.bulk_update([one.person for one in roll], _FROZEN)
    muster.ended_at, muster.ended_by = now, actor
    muster.save(update_fields=["ended_at", "ended_by", "note"])
    tell_ended(muster, counts, now)
    told = {**{one.value: count for one, count in counts.items()}, "note": muster.note}
    record_audit(actor, "muster.ended", "plant_muster", muster.pk, muster.region_code, told)
    return muster


def _add_present(muster: PlantMuster, now: datetime) -> int:
    known = muster.people.filter(tag__isnull=False).values("tag")
    rows = people_to_find(muster.object_id, now).exclude(pk__in=known)
    made = [MusterPerson(muster=muster, tag=one, name=one.holder, kind=one.kind, employer=one.employer) for one in rows]
    MusterPerson.objects.bulk_create(made)
    return len(made)


def _held(actor: "User", muster_id: UUID) -> PlantMuster:
    visible_musters(actor).get(pk=muster_id)
    muster = PlantMuster.objects.select_for_update(of=("self",)).select_related("object").get(pk=muster_id)
    require_act(actor, muster.object)
    if muster.ended_at is not None:
        raise Conflict(_("This muster has ended."))
    return muster


def _held_person(actor: "User", person_id: UUID) -> MusterPerson:
    person = MusterPerson.objects.filter(muster__in=visible_musters(actor)).get(pk=person_id)
    _held(actor, person.muster_id)
    return MusterPerson.objects.select_for_update(of=("self",)).select_related("muster").get(pk=person_id)


def _note(actor: "User", act: str, person: MusterPerson) -> None:
    muster = person.muster
    told = {"name": person.name, "where": person.ticked_where}
    record_audit(actor, act, "plant_muster", muster.pk, muster.region_code, told)
