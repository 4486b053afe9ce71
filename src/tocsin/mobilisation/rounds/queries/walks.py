"""Who may walk from door to door, one's own walks, and the doors of a silent town."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from tocsin.jurisdiction.face import people_who_work_in, scope
from tocsin.mobilisation.public_warnings.models import DoorRound, PublicWarning
from tocsin.mobilisation.public_warnings.queries.reach import visible_rounds
from tocsin.mobilisation.public_warnings.rules.states import DRAFT, WarningState
from tocsin.mobilisation.rounds.models import Door, Walk
from tocsin.mobilisation.rounds.rules.doors import REACHED
from tocsin.mobilisation.rounds.rules.rights import KNOCK
from tocsin.mobilisation.volunteers.models import Call, Volunteer
from tocsin.mobilisation.volunteers.rules.calls import CallState

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User

WARNING: Final = "public_warning"  # the kind of a need that a warning made
COMES: Final = (CallState.ACCEPTED, CallState.ON_WAY, CallState.THERE)
SHOWN_FOR: Final = timedelta(hours=24)  # a walk of a warning that is over stays so long on the phone


@dataclass(frozen=True)
class Walker:
    """Somebody to whom doors may be given: with the area and body that a walk of theirs belongs to."""

    user: "User"
    region_code: str
    organisation_id: UUID | None
    volunteer: bool

    @property
    def name(self) -> str:
        """As the form offers it."""
        return self.user.name or self.user.username


@dataclass(frozen=True)
class Progress:
    """How far a round is: doors listed and knocked at, people told, what differs, who needs help."""

    listed: int
    knocked: int
    people: int
    conflicts: int
    helps: int


def newest_of(warning: PublicWarning) -> PublicWarning:
    """What holds of it now: the update that replaced it, or itself."""
    seen = 0
    while warning.state == WarningState.REPLACED and seen < 100:
        follower = warning.later.exclude(state__in=(WarningState.DRAFT, WarningState.ASKED, WarningState.DROPPED)).first()
        if follower is None:
            break
        warning, seen = follower, seen + 1
    return warning


def is_over(warning: PublicWarning, now: datetime) -> bool:
    """Whether the newest of its chain holds no longer."""
    return warning.state != WarningState.ISSUED or warning.msg_type == "Cancel" or warning.expires_at <= now


def walkers_for(row: DoorRound) -> list[Walker]:
    """Volunteers who accepted a call for this warning, then people of the county's desks and bodies, by name."""
    ids = [str(row.warning_id), *(str(one) for one in _earlier_ids(row.warning))]
    calls = Call.objects.filter(need__subject_kind=WARNING, need__subject_id__in=ids, state__in=COMES)
    found = {
        one.volunteer.user_id: Walker(one.volunteer.user, one.volunteer.region_code, one.volunteer.body_id, volunteer=True)
        for one in calls.select_related("volunteer__user").order_by("volunteer__name", "pk")
    }
    registered = set(Volunteer.objects.filter(user_id__isnull=False).values_list("user_id", flat=True)) if found else set()
    for person in people_who_work_in(KNOCK, row.region_code):
        if person.pk not in found and person.pk not in registered:
            found[person.pk] = Walker(person, row.region_code, person.organisation_id, volunteer=False)
    return list(found.values())


def _earlier_ids(warning: PublicWarning) -> list[UUID]:
    found: list[UUID] = []
    earlier = warning.earlier
    while earlier is not None and len(found) < 100:
        found.append(earlier.pk)
        earlier = earlier.earlier
    return found


def own_walks(user: "Person", *, now: datetime) -> QuerySet[Walk]:
    """The user's walks that were not taken back, of warnings that hold or ended within a day."""
    rows = Walk.objects.filter(walker_id=user.pk, taken_back_at=None).select_related("round__warning", "organisation")
    rows = scope(rows.defer("round__warning__cap"), user, KNOCK, organisation_field="organisation")
    lately = Q(round__warning__ended_at=None) | Q(round__warning__ended_at__gt=now - SHOWN_FOR) | Q(given_at__gt=now - SHOWN_FOR)
    return rows.filter(lately).order_by("-given_at", "id")


def walks_to_act_on(user: "Person") -> QuerySet[Walk]:
    """The user's own walks, however old: what was entered without a network may come late."""
    return scope(Walk.objects.filter(walker_id=user.pk), user, KNOCK, organisation_field="organisation")


def doors_for(walk: Walk) -> QuerySet[Door]:
    """The doors of a walk: those listed for it, and those that its walker entered."""
    return Door.objects.filter(Q(walk=walk) | Q(result_walk=walk)).order_by("key", "id")


def progress_of(rows: "list[DoorRound]") -> dict[UUID, Progress]:
    """Of each round, in one query."""
    counted = (
        Door.objects.filter(round__in=rows)
        .order_by()
        .values_list("round")
        .annotate(
            listed=Count("pk"),
            knocked=Count("pk", filter=~Q(result="")),
            people=Sum("people", filter=Q(result__in=[one.value for one in REACHED])),
            conflicts=Count("pk", filter=Q(conflict=True)),
            helps=Count("pk", filter=Q(help_at__isnull=False, helped_at=None)),
        )
    )
    found = {row[0]: Progress(row[1], row[2], row[3] or 0, row[4], row[5]) for row in counted}
    return {row.pk: found.get(row.pk, Progress(0, 0, 0, 0, 0)) for row in rows}


def doors_to_help(user: "Person") -> QuerySet[Door]:
    """Doors behind which somebody needs help and nobody has dealt with it, the oldest first."""
    rows = (
        Door.objects.filter(help_at__isnull=False, helped_at=None).select_related("round__warning").defer("round__warning__cap")
    )
    return scope(rows, user, DRAFT).order_by("help_at", "id")


def visible_doors(user: "Person") -> QuerySet[Door]:
    """Doors of the rounds that the user may see."""
    return Door.objects.filter(round__in=visible_rounds(user).order_by().values("pk")).select_related("round__warning")
