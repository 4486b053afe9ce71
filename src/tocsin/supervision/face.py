"""What other capabilities may use of supervision: objects, tasks, evidence and verdicts."""

from tocsin.supervision.objects.policy.register import is_trade
from tocsin.supervision.posts.services.permits import close_posts, open_posts
from tocsin.supervision.work.models import Episode
from tocsin.supervision.work.queries.board import demanded_at, demands_without_case
from tocsin.supervision.work.queries.episodes import decided_references, supervisor_of_episode
from tocsin.supervision.work.services.episodes import note_case
from tocsin.supervision.work.shown.episodes import describe_episode, outcome_words

__all__ = [
    "Episode",
    "close_posts",
    "decided_references",
    "demanded_at",
    "demands_without_case",
    "describe_episode",
    "is_trade",
    "note_case",
    "open_posts",
    "outcome_words",
    "supervisor_of_episode",
]
