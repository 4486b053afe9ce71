"""What other capabilities may use of supervision: objects, tasks, evidence and verdicts."""

from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.shown import role_name
from tocsin.supervision.posts.models import RollCallAnswer
from tocsin.supervision.posts.queries.absences import called, found_afterwards, tasks_not_seen_to
from tocsin.supervision.posts.shown.names import STATE_NAMES
from tocsin.supervision.work.models import Episode
from tocsin.supervision.work.queries.board import demanded_at, demands_without_case
from tocsin.supervision.work.services.episodes import note_case
from tocsin.supervision.work.shown.episodes import describe_episode

__all__ = [
    "STATE_NAMES",
    "Episode",
    "RollCallAnswer",
    "SupervisedObject",
    "called",
    "demanded_at",
    "demands_without_case",
    "describe_episode",
    "found_afterwards",
    "note_case",
    "role_name",
    "tasks_not_seen_to",
]
