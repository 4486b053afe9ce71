"""What other capabilities may use of supervision: objects, tasks, evidence and verdicts."""

from tocsin.supervision.posts.services.permits import close_posts, open_posts
from tocsin.supervision.work.models import Episode
from tocsin.supervision.work.queries.board import demanded_at, demands_without_case
from tocsin.supervision.work.services.episodes import note_case
from tocsin.supervision.work.shown.episodes import describe_episode

__all__ = [
    "Episode",
    "close_posts",
    "demanded_at",
    "demands_without_case",
    "describe_episode",
    "note_case",
    "open_posts",
]
