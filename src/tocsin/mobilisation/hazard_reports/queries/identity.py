"""The keys of the two officers, and what lies sealed for them."""

import hmac
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.base.keys import Purpose, key_for, keys_of
from tocsin.jurisdiction.bodies.rules import governing_codes
from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.hazard_reports.models import IdentityKey, IdentityRequest, SealedIdentity
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.sealing import Slot

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User


def keys_for(region_code: str) -> tuple[IdentityKey, IdentityKey] | None:
    """The keys A and B in force for reports of a region: of the narrowest area that has both; None where none has."""
    found = IdentityKey.objects.filter(replaced_at=None, waits=False, region_code__in=governing_codes(region_code))
    known = {(one.region_code, one.slot): one for one in found}
    for code in governing_codes(region_code):
        pair = known.get((code, Slot.A.value)), known.get((code, Slot.B.value))
        if pair[0] is not None and pair[1] is not None and pair[0].holder_id != pair[1].holder_id:
            return pair[0], pair[1]
    return None


def any_keys() -> bool:
    """Whether some area has both keys: then the page offers to report by name."""
    codes = IdentityKey.objects.filter(replaced_at=None, waits=False).values_list("region_code", flat=True)
    return any(keys_for(code) is not None for code in set(codes))


def visible_keys(user: "Person") -> QuerySet[IdentityKey]:
    """Keys of areas whose officers or watchers the user is among, the ones in force first."""
    found = IdentityKey.objects.select_related("holder", "taken_by")
    kept, watched = (scope(IdentityKey.objects.all(), user, one).values("pk") for one in (rights.KEEP, rights.WATCH))
    return found.filter(Q(pk__in=kept) | Q(pk__in=watched))


def visible_requests(user: "Person") -> QuerySet[IdentityRequest]:
    """Openings that were asked for, newest first: for the officers and for whoever watches over secrecy."""
    found = IdentityRequest.objects.select_related("report", "photo", "asked_by", "decided_by")
    kept, watched = (scope(IdentityRequest.objects.all(), user, one).values("pk") for one in (rights.KEEP, rights.WATCH))
    return found.filter(Q(pk__in=kept) | Q(pk__in=watched))


def locked_by(request: IdentityRequest) -> tuple[IdentityKey, IdentityKey]:
    """The keys A and B that sealed what is to be opened, with their holders."""
    thing = request.thing
    known = IdentityKey.objects.select_related("holder").in_bulk([thing.key_a_id, thing.key_b_id])
    return known[thing.key_a_id], known[thing.key_b_id]


def holders_of(request: IdentityRequest) -> tuple[UUID, UUID]:
    """Who holds those two keys."""
    key_a, key_b = locked_by(request)
    return key_a.holder_id, key_b.holder_id


def turn_of(request: IdentityRequest) -> "User | None":
    """Who acts next upon an opening: the officer who did not ask, then B, then A; nobody once it is over."""
    if request.ended_at is not None:
        return None
    key_a, key_b = locked_by(request)
    if request.decided_at is None:
        return key_a.holder if key_b.holder_id == request.asked_by_id else key_b.holder
    return key_b.holder if request.inner is None else key_a.holder


def openings_to_act_on(user: "User", _now: datetime) -> list[IdentityRequest]:
    """Openings that wait for this officer, the oldest first."""
    return [one for one in visible_requests(user).filter(ended_at=None).order_by("asked_at") if turn_of(one) == user]


def blind_index(telephone: str) -> str:
    """By what the same number is known again without being kept: HMAC by a key that lies beside the database, not in it."""
    return _blind(telephone, key_for(Purpose.BLIND))


def others_of(telephone: str) -> QuerySet[SealedIdentity]:
    """Identities with that telephone number, also those hashed before a change of keys."""
    return SealedIdentity.objects.filter(blind__in=[_blind(telephone, key) for key in keys_of(Purpose.BLIND)])


def _blind(telephone: str, key: bytes) -> str:
    plain = "".join(one for one in telephone if one.isdigit())[-11:]
    return hmac.digest(key, plain.encode(), "sha256").hex()
