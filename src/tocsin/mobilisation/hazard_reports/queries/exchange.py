"""What stands under an officer's key: what must be sealed anew once it is replaced, and what is lost where the key is."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tocsin.base.errors import InvalidInput
from tocsin.mobilisation.hazard_reports.models import IdentityKey, ReportPhoto, SealedIdentity
from tocsin.mobilisation.hazard_reports.queries.identity import visible_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tocsin.jurisdiction.face import Person

type SealedThing = SealedIdentity | ReportPhoto

IDENTITY: Final = "identity"
PHOTO: Final = "photo"
SEALED_KINDS: Final = (IDENTITY, PHOTO)
"""All that is sealed for the two officers, in the order in which it is listed."""


@dataclass(frozen=True)
class Standing:
    """How much stands under one key. `first_form`: of these, what has no lock of its own and is sealed anew by both old keys."""

    identities: int = 0
    photos: int = 0
    first_form: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.identities + self.photos

    @property
    def to_reseal(self) -> int:
        """What its officer seals anew alone."""
        return self.total - self.first_form


@dataclass(frozen=True)
class SealedItem:
    """One sealed thing of the list. `name`: by which a station hands its lock key in."""

    kind: str
    row: SealedThing

    @property
    def name(self) -> str:
        """The kind and the row's id."""
        return f"{self.kind}-{self.row.pk}"


def read_name(name: str) -> tuple[str, UUID]:
    """The kind and the id; InvalidInput for what is none."""
    kind, _, text = name.partition("-")
    try:
        key = UUID(text)
    except ValueError:
        key = None
    if kind not in SEALED_KINDS or key is None:
        raise InvalidInput(f"{name[:60]!r} names nothing that is sealed: take the names from the list (identity-… or photo-…)")
    return kind, key


def sealed_rows(kind: str) -> "QuerySet[SealedIdentity] | QuerySet[ReportPhoto]":
    """All sealed rows of one kind."""
    if kind == IDENTITY:
        return SealedIdentity.objects.order_by("pk")
    return ReportPhoto.objects.filter(original__isnull=False).order_by("pk")


def standing_of(keys: "Iterable[IdentityKey]") -> dict[UUID, Standing]:
    """How much stands under each of these keys: two counts for each place, however many keys."""
    ids = [one.pk for one in keys]
    counted: dict[UUID, list[int]] = {one: [0, 0, 0] for one in ids}
    for at, kind in enumerate(SEALED_KINDS):
        for slot in ("a", "b"):
            found = sealed_rows(kind).filter(**{f"key_{slot}__in": ids}).order_by().values_list(f"key_{slot}_id")
            for key, every, first in found.annotate(Count("pk"), first=Count("pk", filter=Q(lock_a=""))):
                counted[key][at] += every
                counted[key][2] += first
    return {key: Standing(*three) for key, three in counted.items()}


def items_under(key: IdentityKey, *, after: str = "", limit: int) -> list[SealedItem]:
    """What is to be sealed anew, in a fixed order, behind the item of that name."""
    begun, last = read_name(after) if after else (SEALED_KINDS[0], None)
    items: list[SealedItem] = []
    for kind in SEALED_KINDS[SEALED_KINDS.index(begun) :]:
        rows = sealed_rows(kind).filter(**{f"key_{key.slot}": key.pk}).exclude(lock_a="")
        if last is not None and kind == begun:
            rows = rows.filter(pk__gt=last)
        items += [SealedItem(kind, row) for row in rows.select_related("report")[: limit - len(items)]]
    return items


def bundled_items(key: IdentityKey, *, limit: int) -> list[SealedItem]:
    """All that stands under a key, what is in the first form first, with what a bundle holds of it loaded."""
    items: list[SealedItem] = []
    for kind in SEALED_KINDS:
        rows = sealed_rows(kind).filter(**{f"key_{key.slot}": key.pk}).order_by("lock_a", "pk").select_related("report")
        items += [SealedItem(kind, row) for row in rows[: limit - len(items)]]
    return items


def is_being_opened(item: SealedItem) -> bool:
    """Whether the two officers are at it just now: then its locks stay what they are."""
    photo = item.row.pk if item.kind == PHOTO else None
    return item.row.report.identity_requests.filter(ended_at=None, photo=photo).exists()


def key_in_place(key: IdentityKey) -> IdentityKey | None:
    """The key in force in the same place: to which what stands under this one is sealed anew."""
    found = IdentityKey.objects.filter(region_code=key.region_code, slot=key.slot, replaced_at=None, waits=False)
    return found.select_related("holder").first()


def keys_to_take(user: "Person", _now: datetime) -> QuerySet[IdentityKey]:
    """New keys that wait for a second person, not the user's own."""
    found = visible_keys(user).filter(waits=True, replaced_at=None).exclude(holder=user.pk)
    return found.order_by("installed_at")


def keys_to_empty(user: "Person", _now: datetime) -> list[IdentityKey]:
    """Replaced keys under which something is to be sealed anew by the user, who held it or holds the place now."""
    return [one for one, standing in _old_keys(user) if standing.total]


def keys_to_destroy(user: "Person", _now: datetime) -> list[IdentityKey]:
    """Replaced keys under which nothing stands any more."""
    return [one for one, standing in _old_keys(user) if not standing.total]


def _old_keys(user: "Person") -> "Iterator[tuple[IdentityKey, Standing]]":
    old = list(visible_keys(user).filter(waits=False, replaced_at__isnull=False, destroyed_at=None, lost_at=None))
    places = set(IdentityKey.objects.filter(holder=user.pk, waits=False, replaced_at=None).values_list("region_code", "slot"))
    old = [one for one in old if one.holder_id == user.pk or (one.region_code, one.slot) in places]
    standing = standing_of(old)
    return ((one, standing[one.pk]) for one in sorted(old, key=lambda one: (one.replaced_at, one.pk)))
