"""Permits as the reader may see them; what lacks of one, and what stands beside it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from tocsin.hazchem.installations.models import PlantEquipment
from tocsin.hazchem.installations.rules.kinds import EquipmentKind
from tocsin.hazchem.permits.models import GasTest, PermitSignature, WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.rules.conflicts import LoadingPlace, SiteWork, WorkConflict, conflicts_of
from tocsin.hazchem.permits.rules.gas import Freshness, GasAsked, freshness_of
from tocsin.hazchem.permits.rules.kinds import (
    OVER,
    BlindAction,
    Emission,
    GradeRow,
    PermitKind,
    PermitState,
    SigningRole,
)
from tocsin.hazchem.permits.rules.signing import Missing, Standing, missing_for, next_role
from tocsin.jurisdiction.face import people_in_force
from tocsin.supervision.face import rows_of_visible

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User
    from tocsin.supervision.face import SupervisedObject

type Which = Literal["", "open", "running", "signing", "stopped", "over"]
_OVER: Final = [one.value for one in OVER]
_LOADED: Final = ("object__organisation", "unit", "applicant", "analyst", "watcher", "approver", "stopping_alarm")
_SIGNED: Final = (PermitState.DRAFT, PermitState.SIGNING, PermitState.STOPPED)
_BACK: Final = timedelta(days=30)  # how far back a finished blind plate permit is looked for


def visible_permits(user: "Person") -> QuerySet[WorkPermit]:
    """Permits of firms in the areas whose register the user may see, and of the user's own firm."""
    return rows_of_visible(WorkPermit.objects.select_related(*_LOADED), user)


def search_permits(
    user: "Person", *, q: str = "", which: Which = "", kind: str = "", plant_unit: UUID | None = None
) -> QuerySet[WorkPermit]:
    """Visible permits, those that begin last first: by a part of number, work, place or firm, by state, kind, unit."""
    found = visible_permits(user)
    if q.strip():
        text = q.strip()
        found = found.filter(
            Q(number__icontains=text) | Q(work__icontains=text) | Q(place__icontains=text) | Q(object__name__icontains=text)
        )
    if plant_unit:
        found = found.filter(unit_id=plant_unit)
    if kind:
        found = found.filter(kind=kind)
    match which:
        case "open":
            found = found.exclude(state__in=_OVER)
        case "running":
            found = found.filter(state__in=[PermitState.RUNNING, PermitState.PAUSED])
        case "signing":
            found = found.filter(state=PermitState.SIGNING)
        case "stopped":
            found = found.filter(state=PermitState.STOPPED)
        case "over":
            found = found.filter(state__in=_OVER)
    return found


def may_be_closed(permit: WorkPermit) -> bool:
    """Whether its work has begun and nobody has closed it; one that expired meanwhile still is looked over."""
    begun = permit.state in (PermitState.RUNNING, PermitState.PAUSED, PermitState.STOPPED)
    return begun or (permit.state == PermitState.EXPIRED and permit.started_at is not None)


def row_of(permit: WorkPermit) -> GradeRow:
    """What the standard asks of a permit."""
    return permit_policy().row(PermitKind(permit.kind), permit.grade)


def people_of(firm: "SupervisedObject") -> "QuerySet[User]":
    """Who may be named in a permit: the firm's own people."""
    if firm.organisation_id is None:
        return people_in_force().none()
    return people_in_force().filter(organisation_id=firm.organisation_id).order_by("name", "username")


def named_in(permit: WorkPermit) -> dict[SigningRole, UUID | None]:
    """By role who was named."""
    return {role: getattr(permit, f"{role.value}_id") for role in SigningRole}


def asked_of(permit: WorkPermit) -> GasAsked:
    """What a gas test must tell; oxygen in confined space, combustible gas and toxics where they can be there."""
    return GasAsked(
        lel_percent=permit.lel_percent,
        oxygen=row_of(permit).oxygen,
        enriched=permit.enriched,
        toxics=tuple(permit.toxics),
    )


def signed_in(permit: WorkPermit) -> set[SigningRole]:
    """Who has signed in this round; after a stop the applicant and the watcher need not sign anew."""
    rows = permit.signatures.filter(round=permit.round).values_list("role", flat=True)
    return _counting(permit, {SigningRole(one) for one in rows})


def _counting(permit: WorkPermit, held: set[SigningRole]) -> set[SigningRole]:
    return held | ({SigningRole.APPLICANT, SigningRole.WATCHER} if permit.round > 1 else set())


def next_signer(permit: WorkPermit) -> SigningRole | None:
    """Whose signature is next; None where none is."""
    held = permit.signatures.filter(round=permit.round).values_list("role", flat=True)
    return _next(permit, {SigningRole(one) for one in held}) if permit.state in _SIGNED else None


def _next(permit: WorkPermit, held: set[SigningRole]) -> SigningRole | None:
    return next_role(row_of(permit), _counting(permit, held)) if permit.state in _SIGNED else None


def next_signers(permits: "Sequence[WorkPermit]") -> dict[UUID, SigningRole | None]:
    """By permit whose signature is next, as `next_signer` says. One query."""
    held: dict[tuple[UUID, int], set[SigningRole]] = defaultdict(set)
    rows = PermitSignature.objects.filter(permit__in=[one.pk for one in permits]).order_by()
    for permit, number, role in rows.values_list("permit_id", "round", "role") if permits else ():
        held[permit, number].add(SigningRole(role))
    return {one.pk: _next(one, held[one.pk, one.round]) for one in permits}


def newest_tests(permits: "Sequence[WorkPermit]") -> dict[UUID, datetime]:
    """By permit when the gas was tested last; one without a test is left out. One query."""
    rows = GasTest.objects.filter(permit__in=[one.pk for one in permits]).order_by()
    return dict(rows.values("permit_id").annotate(newest=Max("at")).values_list("permit_id", "newest")) if permits else {}


def newest_test(permit: WorkPermit) -> GasTest | None:
    """The newest gas test."""
    return permit.tests.first()


def freshness_now(permit: WorkPermit, now: datetime) -> Freshness:
    """How the newest gas test stands for starting or going on now."""
    test = newest_test(permit)
    return freshness_of(
        row_of(permit),
        tested_at=test.at if test else None,
        good=bool(test and test.good),
        paused_at=permit.paused_at,
        stopped_at=permit.stopped_at,
        now=now,
    )


def lacks_of(
    permit: WorkPermit, role: SigningRole | None, now: datetime, *, joint: bool | None = None
) -> tuple[tuple[Missing, ...], tuple[WorkConflict, ...]]:
    """What lacks before `role` signs (None: before work begins), and what stands beside the work."""
    beside = conflicts_beside(permit)
    codes = {one.code for one in permit_policy().measures(PermitKind(permit.kind))}
    ticked = set(permit.measures.values_list("code", flat=True))
    standing = Standing(
        analysed=bool(permit.hazards.strip()),
        people=named_in(permit),
        test=freshness_now(permit, now),
        undone=len(codes - ticked),
        forbidding=sum(one.forbids for one in beside),
        joining=sum(not one.forbids for one in beside),
        joint=permit.joint if joint is None else joint,
        signed=signed_in(permit),
    )
    return missing_for(row_of(permit), standing, role), beside


def conflicts_beside(permit: WorkPermit) -> tuple[WorkConflict, ...]:
    """What stands between a permit and the firm's other works, those that were signed by their applicants."""
    rows = WorkPermit.objects.filter(object_id=permit.object_id).exclude(pk=permit.pk)
    done = Q(state=PermitState.CLOSED, kind=PermitKind.BLIND_PLATE, state_at__gt=permit.begins_at - _BACK)
    live = ~Q(state__in=[*_OVER, PermitState.DRAFT]) & Q(begins_at__lt=permit.ends_at, ends_at__gt=permit.begins_at)
    return conflicts_of(
        _site(permit), [_site(one) for one in rows.filter(done | live)], _loading(permit), permit_policy().distances
    )


def with_people() -> QuerySet[WorkPermit]:
    """Permits with their firm, unit and people, whoever may see them."""
    return WorkPermit.objects.select_related(*_LOADED)


def running_beside_alarms(kinds: Iterable[PermitKind]) -> QuerySet[WorkPermit]:
    """Permits of these kinds whose work goes on now or is paused."""
    states = [PermitState.RUNNING, PermitState.PAUSED]
    return with_people().filter(state__in=states, kind__in=[one.value for one in kinds])


def working_between(firm_id: UUID, kind: PermitKind, begin: datetime, end: datetime) -> QuerySet[WorkPermit]:
    """Permits of a firm and kind under which work had begun by `end` and was not over, nor stopped, before `begin`."""
    going_on = Q(state__in=[PermitState.RUNNING, PermitState.PAUSED]) | Q(state_at__gte=begin)
    return WorkPermit.objects.filter(going_on, object_id=firm_id, kind=kind, started_at__lte=end)


def _site(permit: WorkPermit) -> SiteWork:
    over = permit.state in OVER
    return SiteWork(
        id=permit.pk,
        kind=PermitKind(permit.kind),
        begins=permit.begins_at,
        ends=permit.ends_at,
        lon=permit.lon,
        lat=permit.lat,
        emits=frozenset(Emission(one) for one in permit.emits),
        isolations=frozenset(permit.isolations),
        blinds=frozenset(permit.blinds),
        blind=permit.blind,
        action=BlindAction(permit.blind_action) if permit.blind_action else None,
        done=over,
        done_at=permit.state_at if over else None,
    )


def _loading(permit: WorkPermit) -> list[LoadingPlace]:
    rows = PlantEquipment.objects.filter(unit__object_id=permit.object_id, unit__active=True, kind=EquipmentKind.LOADING_ARM)
    placed = rows.filter(lon__isnull=False, lat__isnull=False).order_by().values_list("tag", "lon", "lat")
    return [LoadingPlace(tag, lon, lat) for tag, lon, lat in placed if lon is not None and lat is not None]
