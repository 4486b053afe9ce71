"""Rosters planned: rotations begun and ended, stand-ins, leave. What has been stays as it was."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.jurisdiction.areas.rules.hours import WeekHours
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import Post
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.queries import may
from tocsin.jurisdiction.rights.services import require, require_person_at_screen
from tocsin.jurisdiction.rosters.events import RosterChanged
from tocsin.jurisdiction.rosters.models import LEAVE_KINDS, Leave, Roster, RosterLayer, RosterMember, StandIn
from tocsin.jurisdiction.rosters.rules import Member, Turn, parse_handovers

MOST_TEAMS = 100


@transaction.atomic
def create_roster(*, actor: User, organisation_id: UUID, name_zh: str, name_en: str, order: int = 1) -> Roster:
    """A place of the organisation that is to be filled; Conflict where it has one of this name."""
    organisation = Organisation.objects.get(pk=organisation_id)
    require(actor, "rosters.manage", organisation.region_id, (organisation.pk,))
    if not (0 < len(name_zh) <= 120 and 0 < len(name_en) <= 120):
        raise InvalidInput(_("A Chinese and an English name of at most 120 characters are needed."))
    if not 1 <= order <= 999:
        raise InvalidInput(_("The order is a number from 1 to 999."))
    try:
        with transaction.atomic():
            roster = Roster.objects.create(organisation=organisation, name_zh=name_zh, name_en=name_en, order=order)
    except IntegrityError:
        raise Conflict(_("The organisation already has %(name)s.") % {"name": name_zh}) from None
    tell_changed(actor, roster, "created", {"name": name_zh})
    return roster


@transaction.atomic
def end_roster(*, actor: User, roster_id: UUID) -> Roster:
    """The roster calls nobody any more; what it was stays readable."""
    roster = locked_roster(actor, roster_id)
    roster.is_active = False
    roster.save(update_fields=["is_active"])
    tell_changed(actor, roster, "ended", {"name": roster.name_zh})
    return roster


@transaction.atomic
def add_layer(
    *,
    actor: User,
    roster_id: UUID,
    teams: Sequence[Sequence[Member]],
    starts_on: date,
    ends_on: date | None = None,
    handovers: str = "08:30",
    turn: str = "day",
    hours: str = "",
    order: int = 1,
    today: date,
) -> RosterLayer:
    """A rotation from today or later on; InvalidInput for times that can't be read, no team, or people of another body."""
    roster = locked_roster(actor, roster_id)
    parse_handovers(handovers)
    WeekHours.parse(hours)
    if turn not in Turn or not 1 <= order <= 999:
        raise InvalidInput(_("The next team comes every shift, every day or every week; the order is a number from 1 to 999."))
    if starts_on < today or (ends_on is not None and ends_on < starts_on):
        raise InvalidInput(_("A rotation begins today or later and ends after it began."))
    if not 1 <= len(teams) <= MOST_TEAMS or not all(teams):
        raise InvalidInput(_("A rotation has 1 to %(most)s teams, and each has somebody.") % {"most": MOST_TEAMS})
    for member in {one for team in teams for one in team}:
        check_member(roster, member)
    layer = RosterLayer.objects.create(
        roster=roster, order=order, starts_on=starts_on, ends_on=ends_on, handovers=handovers, turn=turn, hours=hours
    )
    RosterMember.objects.bulk_create(
        RosterMember(layer=layer, position=position, user_id=one.person, post_id=one.post)
        for position, team in enumerate(teams)
        for one in dict.fromkeys(team)
    )
    named = [[str(one.person or one.post) for one in team] for team in teams]
    details: dict[str, object] = {"layer": str(layer.pk), "starts_on": str(starts_on), "turn": turn, "teams": named}
    tell_changed(actor, roster, "layer_added", details)
    return layer


@transaction.atomic
def end_layer(*, actor: User, layer_id: UUID, ends_on: date, today: date) -> None:
    """The last day on which the rotation begins a shift; one that ends before it began is taken away."""
    layer = RosterLayer.objects.select_related("roster").get(pk=layer_id)
    roster = locked_roster(actor, layer.roster_id)
    if ends_on < today and layer.starts_on <= today:
        raise InvalidInput(_("A rotation ends today or later."))
    if layer.ends_on is not None and layer.ends_on < today:
        raise Conflict(_("This rotation has ended."))
    if ends_on < layer.starts_on:
        layer.delete()
    else:
        layer.ends_on = ends_on
        layer.save(update_fields=["ends_on"])
    tell_changed(actor, roster, "layer_ended", {"layer": str(layer_id), "ends_on": str(ends_on)})


@transaction.atomic
def put_stand_in(
    *,
    actor: User,
    roster_id: UUID,
    member: Member,
    starts_at: datetime,
    ends_at: datetime,
    replaces_id: UUID | None = None,
    reason: str = "",
    now: datetime,
) -> StandIn:
    """Somebody is on in place of one person, or of all; from now on at the earliest."""
    roster = locked_roster(actor, roster_id)
    check_member(roster, member)
    starts_at = max(starts_at, now)
    if ends_at <= starts_at:
        raise InvalidInput(_("A stand-in ends in the future, after the beginning."))
    if len(reason) > 200:
        raise InvalidInput(_("A reason has at most 200 characters."))
    if replaces_id is not None and not User.objects.filter(pk=replaces_id, organisation=roster.organisation_id).exists():
        raise InvalidInput(_("This person does not belong to the organisation."))
    made = StandIn.objects.create(
        roster=roster,
        starts_at=starts_at,
        ends_at=ends_at,
        user_id=member.person,
        post_id=member.post,
        replaces_id=replaces_id,
        reason=reason,
        made_by=actor,
        made_at=now,
    )
    details: dict[str, object] = {"stand_in": str(made.pk), "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    tell_changed(actor, roster, "stand_in_put", details)
    return made


@transaction.atomic
def cancel_stand_in(*, actor: User, stand_in_id: UUID, now: datetime) -> None:
    """Takes a stand-in back; of one that has begun what is past stays. Conflict for one that is over, or a part of a swap."""
    found = StandIn.objects.get(pk=stand_in_id)
    roster = locked_roster(actor, found.roster_id)
    found = StandIn.objects.select_for_update().get(pk=stand_in_id)
    if found.cancelled_at is not None or found.ends_at <= now or found.swap_id is not None:
        raise Conflict(_("This stand-in is over, or belongs to a swap."))
    if found.starts_at < now:
        found.ends_at = now
    else:
        found.cancelled_at = now
    found.save(update_fields=["ends_at", "cancelled_at"])
    tell_changed(actor, roster, "stand_in_cancelled", {"stand_in": str(stand_in_id)})


@transaction.atomic
def enter_leave(
    *, actor: User, user_id: UUID, starts_at: datetime, ends_at: datetime, kind: str = "leave", now: datetime
) -> Leave:
    """A person can't be on duty then: entered by themselves or by who plans their organisation's duty."""
    user = User.objects.select_related("organisation").get(pk=user_id)
    _require_for(actor, user)
    if kind not in LEAVE_KINDS or ends_at <= starts_at or ends_at <= now:
        raise InvalidInput(_("Leave is of a known kind and ends in the future, after its beginning."))
    leave = Leave.objects.create(user=user, starts_at=starts_at, ends_at=ends_at, kind=kind, entered_by=actor)
    details: dict[str, object] = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "kind": kind}
    tell(RightsActed(actor, "leave.entered", "user", str(user.pk), queries.region_of(user), details))
    return leave


@transaction.atomic
def cancel_leave(*, actor: User, leave_id: UUID, now: datetime) -> None:
    """Back on duty: what is past of the leave stays."""
    leave = Leave.objects.select_for_update(of=("self",)).select_related("user__organisation").get(pk=leave_id)
    _require_for(actor, leave.user)
    if leave.cancelled_at is not None or leave.ends_at <= now:
        raise Conflict(_("This leave is over."))
    if leave.starts_at < now:
        leave.ends_at = now
    else:
        leave.cancelled_at = now
    leave.save(update_fields=["ends_at", "cancelled_at"])
    details: dict[str, object] = {"leave": str(leave_id)}
    tell(RightsActed(actor, "leave.cancelled", "user", str(leave.user_id), queries.region_of(leave.user), details))


def locked_roster(actor: User, roster_id: UUID) -> Roster:
    """The roster in use, locked, where the actor plans it; changes of one roster come one after another."""
    roster = Roster.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=roster_id, is_active=True)
    require(actor, "rosters.manage", roster.organisation.region_id, (roster.organisation_id,))
    return roster


def check_member(roster: Roster, member: Member) -> None:
    """InvalidInput where the person or post does not belong to the roster's organisation."""
    if member.person is not None and member.post is None:
        known = User.objects.filter(pk=member.person, organisation=roster.organisation_id, is_active=True).exists()
    else:
        posts = Post.objects.filter(organisation=roster.organisation_id)
        known = member.person is None and member.post is not None and posts.filter(pk=member.post).exists()
    if not known:
        raise InvalidInput(_("On a roster stand people and posts of its organisation."))


def tell_changed(actor: User, roster: Roster, act: str, details: dict[str, object]) -> None:
    """The audit entry and the news of one change."""
    region_code = roster.organisation.region_id
    tell(RightsActed(actor, f"roster.{act}", "roster", str(roster.pk), region_code, details))
    event = RosterChanged(roster_id=str(roster.pk), organisation_id=str(roster.organisation_id), act=act)
    record_event(event, region=region_code)


def _require_for(actor: User, user: User) -> None:
    """Oneself, or somebody whose organisation's duty the actor plans: of all others DoesNotExist, as of nobody."""
    if actor.pk == user.pk:
        require_person_at_screen(actor)
        return
    body = user.organisation
    if body is None or not may(actor, "rosters.manage", body.region_id, (body.pk,)):
        raise User.DoesNotExist
