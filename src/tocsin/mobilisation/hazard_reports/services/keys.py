"""Keys of the two officers: handed in, taken by a second person, replaced, lost, destroyed. Private halves never come here."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may, people_who_may, region_of_work, require
from tocsin.mobilisation.hazard_reports.models import IdentityKey
from tocsin.mobilisation.hazard_reports.queries.exchange import standing_of
from tocsin.mobilisation.hazard_reports.queries.identity import visible_keys
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.locks import check_words
from tocsin.mobilisation.hazard_reports.rules.sealing import Slot, read_recipient
from tocsin.mobilisation.hazard_reports.rules.telling import IDENTITY, KEEPER, SECRECY
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tocsin.jurisdiction.face import User

MOST_REASON = 500


@transaction.atomic
def propose_key(*, actor: "User", slot: Slot, recipient: str, now: datetime) -> IdentityKey:
    """The actor's own new public key, for the area of their work. It counts once a second person has taken it (`decide_key`).

    Conflict where the actor holds the other key: two keys of one person are one lock.
    """
    region_code = region_of_work(actor)
    require(actor, rights.KEEP, region_code)
    plain = read_recipient(recipient)
    known = IdentityKey.objects.select_for_update().filter(region_code=region_code)
    _require_one_place(known, slot, actor.pk)
    if IdentityKey.objects.filter(recipient=plain).exclude(waits=True, replaced_at__isnull=False).exists():
        raise Conflict(_("This key is known here already: a new key is one that was never used."))
    if known.filter(slot=slot.value, waits=True, replaced_at=None).exists():
        raise Conflict(_("A new key waits in this place already: it is taken or declined first."))
    made = IdentityKey.objects.create(
        region_code=region_code, slot=slot.value, recipient=plain, holder=actor, installed_at=now, waits=True
    )
    _record(actor, "proposed", made)
    others = [one for one in _concerned(region_code) if one.pk != actor.pk]
    _tell(others, "proposed", made, {"who": str(actor)}, now)
    return made


@transaction.atomic
def decide_key(*, actor: "User", key_id: UUID, taken: bool, now: datetime) -> IdentityKey:
    """A second person takes the key, who has compared it with its holder, or declines it; its holder may take it back.

    From then on everything new is sealed to it; what stands under the key before it is a list to be sealed anew.
    """
    found = locked_key(actor, key_id)
    if not found.waits or found.replaced_at is not None:
        raise Conflict(_("This is decided already."))
    if taken and actor.pk == found.holder_id:
        raise NotAllowed(_("A second person takes the key, never its holder."))
    if not taken:
        found.replaced_at = now
        found.save(update_fields=["replaced_at"])
        _record(actor, "declined", found)
        _tell([found.holder], "key_declined", found, {"who": str(actor)}, now)
        return found
    known = IdentityKey.objects.select_for_update().filter(region_code=found.region_code)
    _require_one_place(known, Slot(found.slot), found.holder_id)
    before = known.filter(slot=found.slot, waits=False, replaced_at=None).first()
    if before is not None:
        IdentityKey.objects.filter(pk=before.pk).update(replaced_at=now)
    found.waits, found.taken_by, found.installed_at = False, actor, now
    found.save(update_fields=["waits", "taken_by", "installed_at"])
    _record(actor, "installed", found, **({"replaces": before.recipient} if before is not None else {}))
    told = {"who": str(found.holder), "other": str(actor)}
    _tell({found.holder, *_watchers(found.region_code)} - {actor}, "key", found, told, now)
    if before is not None and (count := standing_of([before])[before.pk].total):
        people = {before.holder, found.holder, *_watchers(found.region_code)}
        _tell(people, "reseal", before, {"count": count}, now)
    return found


@transaction.atomic
def lose_key(*, actor: "User", key_id: UUID, reason: str, now: datetime) -> IdentityKey:
    """The private half is gone: nothing more is sealed to this key, and what stands under it is lost for good, and said to be.

    Its holder says so, or whoever watches over secrecy. If it is found after all, what stands under it can still be sealed anew.
    """
    found = locked_key(actor, key_id)
    if actor.pk != found.holder_id and not may(actor, rights.WATCH, found.region_code):
        raise NotAllowed(_("Its holder says that a key is lost, or whoever watches over secrecy."))
    if found.waits or found.lost_at is not None or found.destroyed_at is not None:
        raise Conflict(_("Only a key that is in force or replaced can be lost."))
    if not reason.strip():
        raise InvalidInput(_("Say why."))
    found.lost_at, found.replaced_at = now, found.replaced_at or now
    found.save(update_fields=["lost_at", "replaced_at"])
    standing = standing_of([found])[found.pk]
    figures = {"identities": standing.identities, "photos": standing.photos}
    _record(actor, "lost", found, reason=reason.strip()[:MOST_REASON], **figures)
    told = {**figures, "count": standing.total, "who": str(actor)}
    _tell({found.holder, *_concerned(found.region_code)} - {actor}, "key_lost", found, told, now)
    return found


@transaction.atomic
def destroy_key(*, actor: "User", key_id: UUID, now: datetime) -> IdentityKey:
    """Its holder, or who has the place now, says that the private half was destroyed. Conflict while anything stands under it."""
    found = locked_key(actor, key_id)
    require_officer(actor, found)
    if found.waits or found.replaced_at is None or found.destroyed_at is not None:
        raise Conflict(_("Only a key that was replaced is destroyed, and once."))
    standing = standing_of([found])[found.pk]
    if standing.total and found.lost_at is None:
        raise Conflict(
            _("Not yet: %(count)d sealed things still stand under this key. Without it they would be lost.")
            % {"count": standing.total}
        )
    found.destroyed_at = now
    found.save(update_fields=["destroyed_at"])
    _record(actor, "destroyed", found)
    _tell({found.holder, *_watchers(found.region_code)} - {actor}, "key_destroyed", found, {"who": str(actor)}, now)
    return found


def require_officer(actor: "User", key: IdentityKey) -> None:
    """NotAllowed for whoever neither held this key nor holds the one in force in its place: never the other officer."""
    require(actor, rights.KEEP, key.region_code)
    if actor.pk == key.holder_id:
        return
    place = IdentityKey.objects.filter(region_code=key.region_code, slot=key.slot, waits=False, replaced_at=None)
    if not place.filter(holder=actor).exists():
        raise NotAllowed(_("Only who held this key, or holds the key in force in its place, does this."))


def locked_key(actor: "User", key_id: UUID) -> IdentityKey:
    """A key of the actor's areas, held for the transaction; DoesNotExist for one elsewhere."""
    known = visible_keys(actor).get(pk=key_id)
    return IdentityKey.objects.select_for_update(of=("self",)).select_related("holder").get(pk=known.pk)


def tell_keepers(matter: str, key: IdentityKey, figures: "Mapping[str, object]", now: datetime, *, occasion: str = "") -> None:
    """Tells a key's holder and whoever watches over secrecy there how far its exchange is."""
    _tell({key.holder, *_watchers(key.region_code)}, matter, key, figures, now, occasion)


def _require_one_place(known: "Iterable[IdentityKey]", slot: Slot, holder_id: object) -> None:
    held = [one for one in known if one.slot != slot.value and one.replaced_at is None and one.holder_id == holder_id]
    if held:
        raise Conflict(_("You hold the other key already: two keys of one person are one lock."))


def _record(actor: "User", act: str, key: IdentityKey, **told: object) -> None:
    about = {"slot": key.slot, "recipient": key.recipient, "holder": str(key.holder), **told}
    record_audit(actor, f"identity_key.{act}", "identity_key", key.pk, key.region_code, about)


def _watchers(region_code: str) -> "set[User]":
    return set(people_who_may(rights.WATCH, region_code))


def _concerned(region_code: str) -> "set[User]":
    return {*people_who_may(rights.KEEP, region_code), *_watchers(region_code)}


def _tell(
    people: "Iterable[User]",
    matter: str,
    key: IdentityKey,
    figures: "Mapping[str, object]",
    now: datetime,
    occasion: str = "",
) -> None:
    told = {**figures, "matter": matter, "slot": key.slot.upper(), "check": check_words(key.recipient)}
    stem = f"identity-{key.pk}-{matter}{occasion}"
    drafts = [
        Draft(IDENTITY, KEEPER if one.pk == key.holder_id else SECRECY, False, f"{stem}-{one.pk}", person=one, figures=told)
        for one in sorted(people, key=lambda one: one.pk)
    ]
    if drafts:
        write_all(drafts, Directory(now))
