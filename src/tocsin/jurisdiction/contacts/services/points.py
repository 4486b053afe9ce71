"""How desks, posts and people are reached, entered and changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.areas.rules.hours import WeekHours
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import ContactPoint, ContactPreference, Post, contact_kinds, open_kinds, shortened
from tocsin.jurisdiction.contacts.policy import policy
from tocsin.jurisdiction.contacts.rules import is_within
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.services import require, require_person_at_screen

LEVELS = tuple(level.name.lower() for level in reversed(AlarmLevel) if level)


@transaction.atomic
def add_post(*, actor: User, organisation_id: UUID, name_zh: str, name_en: str) -> Post:
    """A place in an organisation that whoever fills it is reached by; Conflict where it has one of this name."""
    organisation = Organisation.objects.get(pk=organisation_id)
    require(actor, "rosters.manage", organisation.region_id, (organisation.pk,))
    if not (0 < len(name_zh) <= 120 and 0 < len(name_en) <= 120):
        raise InvalidInput(_("A Chinese and an English name of at most 120 characters are needed."))
    try:
        with transaction.atomic():
            post = Post.objects.create(organisation=organisation, name_zh=name_zh, name_en=name_en)
    except IntegrityError:
        raise Conflict(_("The organisation already has %(name)s.") % {"name": name_zh}) from None
    _tell(actor, "post.added", organisation, post.pk, {"name": name_zh})
    return post


@transaction.atomic
def remove_post(*, actor: User, post_id: UUID) -> None:
    """Takes a post with its contact points away; Conflict while a roster names it."""
    post = Post.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=post_id)
    require(actor, "rosters.manage", post.organisation.region_id, (post.organisation_id,))
    try:
        with transaction.atomic():
            post.delete()
    except ProtectedError:
        raise Conflict(_("A roster names this post.")) from None
    _tell(actor, "post.removed", post.organisation, post_id, {"name": post.name_zh})


@transaction.atomic
def add_contact_point(
    *,
    actor: User,
    kind: str,
    address: str = "",
    organisation_id: UUID | None = None,
    post_id: UUID | None = None,
    user_id: UUID | None = None,
    order: int = 1,
    hours: str = "",
) -> ContactPoint:
    """One way more to reach one desk, post or person.

    InvalidInput for an address that is none of its kind, or a number of elsewhere; Conflict for one too many; DoesNotExist for
    somebody else's without the right to plan duty there. What people enter for themselves counts once its code was typed back.
    """
    address = address.strip()
    _check_address(kind, address)
    _check_order(order, hours)
    if sum(one is not None for one in (organisation_id, post_id, user_id)) != 1:
        raise InvalidInput(_("A contact point belongs to one desk, one post or one person."))
    point = ContactPoint(kind=kind, address=address, order=order, hours=hours)
    if user_id is not None and user_id == actor.pk and contact_kinds()[kind].coded:
        point.confirmed_at, point.code_asked_at = None, timezone.now()
    if organisation_id:
        point.organisation = Organisation.objects.get(pk=organisation_id)
    elif post_id:
        point.post = Post.objects.select_related("organisation").get(pk=post_id)
    elif user_id:
        point.user = User.objects.select_related("organisation").get(pk=user_id)
    try:
        _require_owner(actor, point)
    except NotAllowed:
        if point.user_id == actor.pk:
            raise
        raise ContactPoint.DoesNotExist from None  # whose it would be lies out of reach, as if it did not exist
    _check_limits(point, own=user_id == actor.pk)
    point.save(force_insert=True)
    _tell(actor, "contact.added", _body(point), point.pk, _told(point))
    return point


@transaction.atomic
def reorder_contact_point(*, actor: User, contact_point_id: UUID, order: int, hours: str) -> ContactPoint:
    """The point is tried at another place of the order, or holds at other hours."""
    point = _locked(contact_point_id)
    _require_owner(actor, point)
    _check_order(order, hours)
    before = {"order": point.order, "hours": point.hours}
    point.order, point.hours = order, hours
    point.save(update_fields=["order", "hours"])
    told = {"before": before, "after": {"order": order, "hours": hours}}
    _tell(actor, "contact.reordered", _body(point), point.pk, _told(point) | told)
    return point


@transaction.atomic
def remove_contact_point(*, actor: User, contact_point_id: UUID) -> None:
    """One way less."""
    point = _locked(contact_point_id)
    _require_owner(actor, point)
    details = _told(point)
    point.delete()
    _tell(actor, "contact.removed", _body(point), contact_point_id, details)


@transaction.atomic
def record_contact_check(*, actor: User, contact_point_id: UUID, at: datetime) -> ContactPoint:
    """Notes that somebody was reached here at that time; an earlier check does not overwrite a later one."""
    point = _locked(contact_point_id)
    _require_owner(actor, point)
    if point.checked_at is None or point.checked_at < at:
        point.checked_at = at
        point.save(update_fields=["checked_at"])
        _tell(actor, "contact.checked", _body(point), point.pk, _told(point))
    return point


@transaction.atomic
def prefer_contacts(*, user: User, kinds: Mapping[str, Sequence[str]], quiet_hours: str = "") -> ContactPreference:
    """One's own choice: kinds of contact points by alarm level (red, orange, yellow, blue), and quiet hours (empty: none)."""
    require_person_at_screen(user)
    if any(level not in LEVELS or any(kind not in contact_kinds() for kind in chosen) for level, chosen in kinds.items()):
        raise InvalidInput(_("Channels are chosen by level from the known kinds."))
    WeekHours.parse(quiet_hours)
    chosen = {level: list(dict.fromkeys(found)) for level, found in kinds.items() if found}
    preference, _created = ContactPreference.objects.update_or_create(
        user=user, defaults={"kinds": chosen, "quiet_hours": quiet_hours.strip()}
    )
    details: dict[str, object] = {"kinds": chosen, "quiet_hours": quiet_hours}
    tell(RightsActed(user, "contact.preferred", "user", str(user.pk), queries.region_of(user), details))
    return preference


def check_reachable(kind: str, address: str, hours: str = "") -> None:
    """InvalidInput where the address can't be one of its kind or is a number of elsewhere, or the hours can't be read."""
    _check_address(kind, address)
    WeekHours.parse(hours)
    if contact_kinds()[kind].dialled and not is_within(address, countries=policy().countries):
        raise InvalidInput(_("Numbers of this kind are not reached from here: enter a mobile or landline number of the country."))


def _check_order(order: int, hours: str) -> None:
    WeekHours.parse(hours)
    if not 1 <= order <= 999:
        raise InvalidInput(_("The order is a number from 1 to 999."))


def _check_address(kind: str, address: str) -> None:
    """InvalidInput where the address can't be one of its kind."""
    known = contact_kinds().get(kind)
    if known is None:
        raise InvalidInput(_("There is no kind of contact point %(kind)s.") % {"kind": kind})
    if len(address) > 500 or not address.isprintable() or not known.is_address(address):
        raise InvalidInput(_("This is no address for %(kind)s.") % {"kind": kind})


def _check_limits(point: ContactPoint, *, own: bool) -> None:
    """Conflict for one of a kind too many, InvalidInput for a number that the policy does not let in."""
    limits = policy()
    of_person = point.user is not None
    if point.user is not None:
        User.objects.select_for_update().get(pk=point.user.pk)  # two at once are counted one after the other
    most = limits.most_of_a_kind if of_person else limits.most_of_a_desk
    same = ContactPoint.objects.filter(kind=point.kind, user=point.user, post=point.post, organisation=point.organisation)
    if same.count() >= most:
        raise Conflict(_("There are %(count)d contact points of this kind already: remove one first.") % {"count": most})
    kind = contact_kinds()[point.kind]
    prefixes = limits.own_prefixes if own and kind.coded else ()
    if kind.dialled and not is_within(point.address, countries=limits.countries, prefixes=prefixes):
        raise InvalidInput(_("Numbers of this kind are not reached from here: enter a mobile or landline number of the country."))


def _locked(contact_point_id: UUID) -> ContactPoint:
    rows = ContactPoint.objects.select_for_update(of=("self",))
    return rows.select_related("organisation", "post__organisation", "user__organisation").get(pk=contact_point_id)


def _body(point: ContactPoint) -> Organisation | None:
    """The organisation whose book the contact point stands in."""
    if point.user:
        return point.user.organisation
    return point.post.organisation if point.post else point.organisation


def _require_owner(actor: User, point: ContactPoint) -> None:
    """One's own, or of an organisation whose duty one plans; NotAllowed otherwise."""
    body = _body(point)
    if point.user_id == actor.pk:
        require_person_at_screen(actor)
        return
    if body is None:
        raise NotAllowed(_("Your regions and roles do not reach this person."))
    require(actor, "rosters.manage", body.region_id, (body.pk,))


def _told(point: ContactPoint) -> dict[str, object]:
    """A contact point in the audit trail; addresses that are keys and a person's own are shortened."""
    whose = {"user": point.user_id, "post": point.post_id, "organisation": point.organisation_id}
    whole = point.kind in open_kinds() and point.user_id is None
    address = {"address": point.address if whole else shortened(point.kind, point.address)}
    return {"kind": point.kind, **address, **{name: str(pk) for name, pk in whose.items() if pk}}


def _tell(actor: User, action: str, body: Organisation | None, pk: UUID, details: dict[str, object]) -> None:
    region_code = body.region_id if body else queries.region_of(actor)
    tell(RightsActed(actor, action, action.partition(".")[0], str(pk), region_code, details))
