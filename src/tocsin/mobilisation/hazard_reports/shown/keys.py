"""Keys of the two officers as they are told: where each stands, what stands under it, and what is told of its exchange."""

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.jurisdiction.face import may
from tocsin.mobilisation.hazard_reports.queries.exchange import SealedItem, Standing, key_in_place, standing_of
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.locks import LockVerdict, check_words
from tocsin.supervision.face import region_name

if TYPE_CHECKING:
    from tocsin.mobilisation.hazard_reports.models import IdentityKey
    from tocsin.screens.request import Actor

STATES = {
    "waiting": pgettext_lazy("identity key", "waits for a second person"),
    "declined": pgettext_lazy("identity key", "declined"),
    "in_force": pgettext_lazy("identity key", "in force"),
    "retired": pgettext_lazy("identity key", "replaced: still needed"),
    "empty": pgettext_lazy("identity key", "replaced: nothing under it, destroy it"),
    "destroyed": pgettext_lazy("identity key", "destroyed"),
    "lost": pgettext_lazy("identity key", "lost"),
}
VERDICTS = {
    LockVerdict.SEALED: pgettext_lazy("lock key", "sealed anew"),
    LockVerdict.ALREADY: pgettext_lazy("lock key", "was sealed to the new key already"),
    LockVerdict.WRONG: pgettext_lazy("lock key", "refused: it does not open this lock, so nothing was changed"),
    LockVerdict.STALE: pgettext_lazy("lock key", "refused: it stands under another key by now, take the list again"),
    LockVerdict.GONE: pgettext_lazy("lock key", "is no longer kept"),
    LockVerdict.ALTERED: pgettext_lazy(
        "lock key", "refused: it is not what was handed out with the bundle, so nothing was changed"
    ),
    LockVerdict.OPENING: pgettext_lazy("lock key", "refused: the two officers are opening it, end that first"),
}


class IdentityKeyOut(Schema):
    """A public key of one of the two officers, and what stands under it."""

    id: UUID
    region_code: str
    region_name: str
    slot: str = Field(description="a or b: what is sealed is opened by b first")
    recipient: str
    check_words: str = Field(description="its last signs in groups: what two people compare on the telephone")
    holder: str
    taken_by: str = Field(description="the second person who put it in force")
    state: str = Field(description=", ".join(STATES))
    state_name: str
    installed_at: datetime = Field(description="put in force; of one that waits: handed in")
    replaced_at: datetime | None
    lost_at: datetime | None
    destroyed_at: datetime | None
    identities: int = Field(description="sealed names that stand under it, with number and account")
    photos: int = Field(description="originals of photos that stand under it")
    first_form: int = Field(description="of these: without a lock of its own, sealed anew in a bundle by both old keys")
    to_reseal: int = Field(description="of these: sealed anew by its officer over the network, too, once it is replaced")


class SealedItemOut(Schema):
    """One thing that stands under a replaced key."""

    item: str = Field(description="its name, by which the lock key is handed in")
    number: str = Field(description="of the report")
    lock: str = Field(description="public half of its lock (age1…)")
    lock_key: str = Field(description="private half of its lock, sealed to the replaced key with age; base64")


class ResealedOut(Schema):
    """What became of one lock key."""

    item: str
    verdict: LockVerdict
    words: str


class KeyShown(IdentityKeyOut):
    """A key on the page, with what the reader may do with it."""

    may_take: bool = False
    may_decline: bool = False
    may_reseal: bool = False
    may_bundle: bool = False
    may_destroy: bool = False
    may_lose: bool = False
    missing: bool = False  # no key is in force in its place: nothing can be sealed anew yet


def state_of(key: "IdentityKey", standing: Standing) -> str:
    """Where a key stands."""
    if key.waits:
        return "waiting" if key.replaced_at is None else "declined"
    if key.destroyed_at is not None:
        return "destroyed"
    if key.lost_at is not None:
        return "lost"
    if key.replaced_at is None:
        return "in_force"
    return "retired" if standing.total else "empty"


def describe_keys(keys: "Iterable[IdentityKey]") -> list[IdentityKeyOut]:
    """Keys with their counts; holders are loaded."""
    rows = list(keys)
    standing = standing_of(rows)
    return [_described(one, standing[one.pk]) for one in rows]


def show_keys(keys: "Iterable[IdentityKey]", user: "Actor") -> list[KeyShown]:
    """The same with what this reader may do."""
    rows = list(keys)
    standing = standing_of(rows)
    return [_shown(one, standing[one.pk], user, rows) for one in rows]


def describe_item(one: SealedItem, slot: str) -> SealedItemOut:
    """One thing of the list."""
    lock = one.row.lock_a if slot == "a" else one.row.lock_b
    sealed = base64.b64encode(one.row.lock_key(slot)).decode()
    return SealedItemOut(item=one.name, number=one.row.report.number, lock=lock, lock_key=sealed)


def _shown(key: "IdentityKey", standing: Standing, user: "Actor", rows: "list[IdentityKey]") -> KeyShown:
    told = _described(key, standing)
    keeps, own = may(user, rights.KEEP, key.region_code), key.holder_id == user.pk
    watches = may(user, rights.WATCH, key.region_code)
    waiting, replaced = told.state == "waiting", not key.waits and key.replaced_at is not None
    place = next((one for one in rows if _same_place(one, key) and not one.waits and one.replaced_at is None), None)
    place = place or (key_in_place(key) if replaced and standing.total else None)
    officer = keeps and (own or (place is not None and place.holder_id == user.pk))
    return KeyShown(
        **told.model_dump(),
        may_take=waiting and not own and (keeps or watches),
        may_decline=waiting and (keeps or watches),
        may_reseal=officer and replaced and standing.to_reseal > 0 and place is not None,
        may_bundle=officer and replaced and standing.total > 0 and place is not None,
        may_destroy=officer and replaced and told.state in ("empty", "lost"),
        may_lose=not key.waits and told.state in ("in_force", "retired") and ((keeps and own) or watches),
        missing=replaced and standing.total > 0 and place is None,
    )


def _same_place(one: "IdentityKey", other: "IdentityKey") -> bool:
    return (one.region_code, one.slot) == (other.region_code, other.slot)


def _described(key: "IdentityKey", standing: Standing) -> IdentityKeyOut:
    state = state_of(key, standing)
    return IdentityKeyOut(
        id=key.pk,
        region_code=key.region_code,
        region_name=region_name(key.region_code),
        slot=key.slot,
        recipient=key.recipient,
        check_words=check_words(key.recipient),
        holder=str(key.holder),
        taken_by=str(key.taken_by or ""),
        state=state,
        state_name=str(STATES[state]),
        installed_at=key.installed_at,
        replaced_at=key.replaced_at,
        lost_at=key.lost_at,
        destroyed_at=key.destroyed_at,
        identities=standing.identities,
        photos=standing.photos,
        first_form=standing.first_form,
        to_reseal=standing.to_reseal,
    )


def page_texts() -> dict[str, str]:
    """For web/src/identity.ts."""
    return {
        "key_made": _(
            "Your new private key is saved as a file: keep it on your own machine, and a copy on paper. It was sent nowhere."
        ),
        "key_missing": _("This file holds no private key (AGE-SECRET-KEY-1…)."),
        "key_wrong": _(
            "This private key opens nothing that stands under the replaced key: choose the old one. Nothing was changed."
        ),
        "reseal_step": _("{done} sealed anew, {left} left"),
        "reseal_done": _("All is sealed anew. Destroy the old private key, on paper, too, and say so here."),
        "reseal_some": _("{done} sealed anew; {refused} refused. They stay on the list: {words}"),
        "reseal_stopped": _("Stopped after {done}: {words} What is done stays done; start again to go on."),
        "reseal_none": _("Nothing is left to seal anew."),
    }


def words_of_keys(figures: Mapping[str, object]) -> str:
    """One line of a notice about a key."""
    match figures["matter"]:
        case "proposed":
            words = _(
                "%(who)s hands in a new identity key for place %(slot)s, ending in %(check)s: compare it, take or decline it."
            )
        case "key_declined":
            words = _("%(who)s declines the new identity key for place %(slot)s.")
        case "reseal":
            words = _(
                "A new identity key is in place %(slot)s: %(count)s sealed things stand under the one before it. Seal them anew."
            )
        case "reseal_bundle":
            words = _(
                "%(who)s has taken a bundle of %(count)s sealed things of identity key %(slot)s to a machine without a network, "
                "to seal them anew there."
            )
        case "reseal_begun":
            words = _("%(who)s has begun to seal anew what stands under the replaced identity key of place %(slot)s.")
        case "reseal_done":
            words = _(
                "Nothing stands any more under the replaced identity key of place %(slot)s: destroy its private half, and say so."
            )
        case "key_lost":
            words = _(
                "%(who)s says that identity key %(slot)s is lost. Lost with it for good: %(identities)s names, %(photos)s photos."
            )
        case "key_destroyed":
            words = _("%(who)s says that the replaced identity key of place %(slot)s is destroyed.")
        case _ if "other" in figures:
            words = _("A new identity key of %(who)s is in place %(slot)s; %(other)s has taken it.")
        case _:
            words = _("%(who)s has put a new identity key in place %(slot)s.")
    return words % figures
