"""Keys of the two officers for programs, and sealing anew from an officer's own station (`tocsin keys reseal`)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Query, Router, Schema
from ninja.files import UploadedFile

from tocsin.base.errors import InvalidInput
from tocsin.mobilisation.hazard_reports.queries import identity as queries
from tocsin.mobilisation.hazard_reports.rules.bundles import LARGEST_BUNDLE
from tocsin.mobilisation.hazard_reports.rules.sealing import Slot
from tocsin.mobilisation.hazard_reports.services import bundles, resealing
from tocsin.mobilisation.hazard_reports.services import keys as services
from tocsin.mobilisation.hazard_reports.shown.keys import (
    VERDICTS,
    IdentityKeyOut,
    ResealedOut,
    SealedItemOut,
    describe_item,
    describe_keys,
)
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class IdentityKeyIn(Schema):
    slot: Slot
    recipient: str = Field(max_length=200, description="age1…, never a private key")


class KeyDecisionIn(Schema):
    taken: bool = Field(description="false: declined, or taken back by its holder")


class KeyLossIn(Schema):
    reason: str = Field(max_length=500)


class LocksWanted(Schema):
    after: str = Field("", max_length=60, description="name of the last one read")
    limit: int = Field(resealing.MOST_AT_ONCE, ge=1, le=resealing.MOST_AT_ONCE)


class LockKeyIn(Schema):
    item: str = Field(max_length=60, description="its name in the list")
    secret: str = Field(max_length=100, description="private half of its lock, as the old key opened it; never that key itself")


class LockKeysIn(Schema):
    locks: list[LockKeyIn] = Field(min_length=1, max_length=resealing.MOST_AT_ONCE)


class ResealStepOut(Schema):
    """One step of sealing anew."""

    resealed: list[ResealedOut]
    left: int = Field(description="still to be sealed anew under this key")


@router.get("/identity/keys", response=list[IdentityKeyOut])
def identity_keys(request: HttpRequest) -> list[IdentityKeyOut]:
    """Public keys of one's areas, with what stands under each."""
    return describe_keys(queries.visible_keys(request.user)[:500])


@router.post("/identity/keys", response=IdentityKeyOut)
def propose_identity_key(request: HttpRequest, given: IdentityKeyIn) -> IdentityKeyOut:
    """One's own new public key, for place A or B of one's area; it counts once a second person has taken it."""
    made = services.propose_key(actor=actor_of(request), slot=given.slot, recipient=given.recipient, now=current_time())
    return _told(request, made.pk)


@router.post("/identity/keys/{identity_key_id}/decision", response=IdentityKeyOut)
def decide_identity_key(request: HttpRequest, identity_key_id: UUID, given: KeyDecisionIn) -> IdentityKeyOut:
    """A second person takes a new key or declines it."""
    services.decide_key(actor=actor_of(request), key_id=identity_key_id, taken=given.taken, now=current_time())
    return _told(request, identity_key_id)


@router.post("/identity/keys/{identity_key_id}/lost", response=IdentityKeyOut)
def lose_identity_key(request: HttpRequest, identity_key_id: UUID, given: KeyLossIn) -> IdentityKeyOut:
    """Its private half is gone: nothing is sealed to it any more, and what stands under it is lost for good."""
    services.lose_key(actor=actor_of(request), key_id=identity_key_id, reason=given.reason, now=current_time())
    return _told(request, identity_key_id)


@router.post("/identity/keys/{identity_key_id}/destroyed", response=IdentityKeyOut)
def destroy_identity_key(request: HttpRequest, identity_key_id: UUID) -> IdentityKeyOut:
    """Its private half was destroyed; refused while anything stands under it."""
    services.destroy_key(actor=actor_of(request), key_id=identity_key_id, now=current_time())
    return _told(request, identity_key_id)


@router.get("/identity/keys/{identity_key_id}/locks", response=list[SealedItemOut])
def locks_to_reseal(
    request: HttpRequest,
    identity_key_id: UUID,
    wanted: Query[LocksWanted],
) -> list[SealedItemOut]:
    """What must be sealed anew, with the lock keys sealed to the replaced key. For the officer of its place."""
    actor = actor_of(request)
    slot = queries.visible_keys(actor).get(pk=identity_key_id).slot
    found = resealing.list_items(actor=actor, key_id=identity_key_id, after=wanted.after, limit=wanted.limit)
    return [describe_item(one, slot) for one in found]


@router.post("/identity/keys/{identity_key_id}/locks", response=ResealStepOut)
def reseal_locks(request: HttpRequest, identity_key_id: UUID, given: LockKeysIn) -> ResealStepOut:
    """Lock keys that the replaced key has opened: each is proved, sealed to the key in force, forgotten. May be sent again."""
    handed = [resealing.HandedIn(one.item, one.secret) for one in given.locks]
    return _stepped(resealing.reseal(actor=actor_of(request), key_id=identity_key_id, handed=handed, now=current_time()))


@router.post("/identity/keys/{identity_key_id}/bundle")
def take_reseal_bundle(request: HttpRequest, identity_key_id: UUID) -> HttpResponse:
    """What must be sealed anew, as a file for a machine without a network (`tocsin keys reseal --bundle`). For the officer of its
    place; whoever watches over secrecy is told.
    """
    data = bundles.make_bundle(actor=actor_of(request), key_id=identity_key_id, now=current_time())
    return HttpResponse(data, content_type="application/zip", headers={"Cache-Control": "private, no-store"})


@router.post("/identity/keys/{identity_key_id}/answer", response=ResealStepOut)
def hand_in_reseal_answer(request: HttpRequest, identity_key_id: UUID, file: File[UploadedFile]) -> ResealStepOut:
    """What was sealed anew of a bundle. Each thing is taken whole, where it is still what was handed out; may be sent again."""
    if (file.size or 0) > LARGEST_BUNDLE:
        raise InvalidInput("This file is larger than any bundle or answer that is made here.")
    step = bundles.take_answer(actor=actor_of(request), key_id=identity_key_id, data=file.read(), now=current_time())
    return _stepped(step)


def _stepped(step: resealing.Step) -> ResealStepOut:
    told = [ResealedOut(item=one.item, verdict=one.verdict, words=str(VERDICTS[one.verdict])) for one in step.resealed]
    return ResealStepOut(resealed=told, left=step.left)


def _told(request: HttpRequest, key_id: UUID) -> IdentityKeyOut:
    return describe_keys(queries.visible_keys(request.user).filter(pk=key_id))[0]
