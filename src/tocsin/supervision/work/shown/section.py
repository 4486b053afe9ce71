"""Power and work on the page of an object."""

from typing import TYPE_CHECKING

from django.utils import timezone

from tocsin.screens.clock import current_time
from tocsin.supervision.objects.shown import Section
from tocsin.supervision.stops.queries import stop_in_force
from tocsin.supervision.stops.shown.stops import describe_stop
from tocsin.supervision.work.queries.board import visible_episodes
from tocsin.supervision.work.rules.episodes import OPEN
from tocsin.supervision.work.shown.episodes import describe_episode
from tocsin.supervision.work.shown.firms import describe_verdict_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.objects.models import SupervisedObject


def section(supervised_object: "SupervisedObject", user: "Person") -> dict[str, object] | None:
    """Power and work on the object's page; None where nothing tells of it."""
    verdict = describe_verdict_of(supervised_object)
    episodes = visible_episodes(user).filter(
        object=supervised_object, state__in=[state.value for state in OPEN], due_at__isnull=False
    )
    today = timezone.localtime(current_time()).date()
    stop = stop_in_force(supervised_object, today)
    if verdict is None and stop is None and not supervised_object.meters.exists():
        return None
    return {
        "verdict": None if episodes else verdict,  # an open episode outranks what the last hour showed
        "episodes": [describe_episode(one) for one in episodes[:5]],
        "stop": describe_stop(stop) if stop is not None else None,
    }


SECTION = Section("work", section, "supervision/work/_section.html")
