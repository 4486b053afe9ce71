"""Work status, meters and episodes as the reader may see them."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from tocsin.engine.work.decision import Decision
from tocsin.jurisdiction.face import may
from tocsin.supervision.meters.models import Meter, MeterShare
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import rows_of_visible, visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.stops.queries import in_force
from tocsin.supervision.work.models import ElectricalPoint, Episode, EpisodeEntry, WorkDay, WorkVerdict
from tocsin.supervision.work.rules.episodes import BREACHES, OPEN, EpisodeAct, EpisodeState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tocsin.jurisdiction.face import Person

_OPEN = [state.value for state in OPEN]
_LEVELS = ("red", "orange", "yellow")  # a task for a meter's keeper says nothing of the firm
_BY_LEVEL = [When(level=level, then=Value(place)) for place, level in enumerate(_LEVELS)]
EPISODE: Final = "episode"  # what a firm stands as while an episode of it is open


def visible_points(user: "Person") -> QuerySet[ElectricalPoint]:
    """Places that are watched for electrical danger, of such firms."""
    return rows_of_visible(ElectricalPoint.objects.select_related("object"), user)


def visible_episodes(user: "Person") -> QuerySet[Episode]:
    """Episodes of such firms, newest first. A firm sees those that it was asked about or is charged with."""
    found = Episode.objects.select_related("object", "meter")
    everywhere = rows_of_visible(found, user, permissions=(rights.SEE,))
    told = Q(entries__act=EpisodeAct.ASK) | Q(state=EpisodeState.CONFIRMED)
    own = rows_of_visible(found, user, permissions=(rights.OWN,)).filter(told)
    return found.filter(Q(pk__in=everywhere.values("pk")) | Q(pk__in=own.values("pk")))


def questions_of_firm(user: "Person", objects: "Iterable[SupervisedObject]", *, now: datetime) -> list[Episode]:
    """What the authority asks of these objects of the user's own firm: open questions, and those of the last two weeks."""
    shown = Q(state__in=_OPEN) | Q(start_at__gte=now - timedelta(days=14))
    found = visible_episodes(user).filter(shown, object__in=list(objects)).distinct()
    return list(found.order_by(F("due_at").asc(nulls_last=True), "-start_at")[:50])


def entries_of(user: "Person", episode: Episode) -> QuerySet[EpisodeEntry]:
    """What was done with an episode; a firm reads the questions and its own answers, not what the authority notes."""
    entries = episode.entries.select_related("actor")
    if may(user, rights.SEE, episode.region_code):
        return entries
    shown = (
        EpisodeAct.ASK,
        EpisodeAct.ANSWER,
        EpisodeAct.LAPSE,
        EpisodeAct.INSPECTED,
        EpisodeAct.CONFIRM,
        EpisodeAct.EXPLAIN,
        EpisodeAct.DISMISS,
        EpisodeAct.WITHDRAW,
        EpisodeAct.UNDO,
    )
    return entries.filter(act__in=shown)


def work_days_of(supervised_object: SupervisedObject, first: date, last: date) -> list[WorkDay]:
    """The verdicts on the days from `first` to `last`, in their order."""
    return list(supervised_object.work_days.filter(day__gte=first, day__lte=last).order_by("day"))


def work_rows(
    user: "Person", *, today: date, decision: str = "", trade: str = "", ordered: str = "", q: str = ""
) -> QuerySet[SupervisedObject]:
    """Firms with a verdict, meters or a stop, those that matter first: open episodes, then the likelihood of work under a stop.

    Annotated with `open_count`, `open_kind` and `open_level` of the gravest open episode, which outranks the last verdict, with
    `stop_kind` of the stop in force today, and `state_yesterday`. `decision`: of a verdict, or `EPISODE`.
    """
    holding = StopOrder.objects.filter(in_force(today), object=OuterRef("pk")).order_by("-first")
    yesterday = WorkDay.objects.filter(object=OuterRef("pk"), day__lt=today).order_by("-day")
    waiting = Episode.objects.filter(object=OuterRef("pk"), state__in=_OPEN, due_at__isnull=False)
    opened = waiting.order_by().values("object").annotate(n=Count("pk"))
    gravest = waiting.filter(level__in=_LEVELS).order_by(Case(*_BY_LEVEL), "due_at")
    metered = Exists(Meter.objects.filter(object=OuterRef("pk"))) | Exists(MeterShare.objects.filter(object=OuterRef("pk")))
    watched = Q(work_verdict__isnull=False) | metered
    found = visible_objects(user).filter(watched, active=True).select_related("work_verdict")
    found = found.annotate(
        open_count=Coalesce(Subquery(opened.values("n")), 0),
        open_kind=Subquery(gravest.values("kind")[:1]),
        open_level=Subquery(gravest.values("level")[:1]),
        stop_kind=Subquery(holding.values("kind")[:1]),
        state_yesterday=Subquery(yesterday.values("state")[:1]),
    )
    if decision == EPISODE:
        found = found.filter(open_kind__isnull=False)
    elif decision:
        found = found.filter(work_verdict__decision=decision, open_kind__isnull=True)
    if trade:
        found = found.filter(trade=trade)
    if ordered in ("yes", "no"):
        found = found.filter(stop_kind__isnull=ordered == "no")
    if q.strip():
        found = found.filter(Q(name__icontains=q.strip()) | Q(code__icontains=q.strip()) | Q(address__icontains=q.strip()))
    return found.order_by(
        "-open_count", F("stop_kind").asc(nulls_last=True), F("work_verdict__p_working").desc(nulls_last=True), "name"
    )


def decision_counts(user: "Person") -> dict[str, int]:
    """Of how many firms each decision was reached; those with an open episode count as `EPISODE`."""
    objects = visible_objects(user).filter(active=True)
    opened = Episode.objects.filter(object=OuterRef("object"), state__in=_OPEN, due_at__isnull=False, level__in=_LEVELS)
    found = WorkVerdict.objects.filter(~Exists(opened), object__in=objects).order_by()
    waiting = waiting_episodes(user).filter(level__in=_LEVELS, object__in=objects).order_by().values("object").distinct().count()
    return {EPISODE: waiting, **dict(found.values_list("decision").annotate(Count("pk")))}


def chance_of_work(firm_id: "UUID") -> float | None:
    """How likely an object works by its last verdict, 0 to 1; None where that can't be told, or nobody has judged it."""
    return WorkVerdict.objects.filter(object=firm_id).values_list("p_working", flat=True).first()


def working_against_orders(user: "Person") -> int:
    """Firms that work against an order: by an open episode or one that was confirmed and lasts, or by the last verdict."""
    objects = visible_objects(user).filter(active=True)
    suspected = Episode.objects.filter(object=OuterRef("pk"), state__in=_OPEN, due_at__isnull=False, kind__in=BREACHES)
    return objects.filter(Exists(suspected) | Q(work_verdict__decision=Decision.INSPECT)).count()


def waiting_episodes(user: "Person") -> QuerySet[Episode]:
    """Open episodes of which a step is due; those that were only found in old records are on the pages of their firms."""
    return visible_episodes(user).filter(state__in=_OPEN, due_at__isnull=False).order_by("due_at", "-start_at")


def demands_without_case() -> QuerySet[Episode]:
    """Episodes whose inspection is demanded and waits for a case, the oldest first."""
    rows = Episode.objects.filter(state=EpisodeState.INSPECTION.value, case_number="")
    return rows.select_related("object").order_by("detected_at")


def demanded_at(episode: Episode) -> datetime:
    """When the inspection was demanded: from then on the clocks of its case run."""
    sent = episode.entries.filter(act=EpisodeAct.SEND).order_by("-at").first()
    return sent.at if sent is not None else episode.detected_at
