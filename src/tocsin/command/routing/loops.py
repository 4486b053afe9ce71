"""The loop that looks after posts that nobody has looked at in time. It may die at any moment."""

from datetime import datetime

from tocsin.bus.loops.rows import Loop
from tocsin.command.routing.services.posts import list_absences, tell_overdue_posts


def watch_posts(*, now: datetime) -> None:
    """Tells of posts that nobody has looked at in time, and lists absences found afterwards, from rows."""
    tell_overdue_posts(now=now)
    list_absences(now=now)


LOOPS = (Loop(name="watch-posts", work=watch_posts, period_s=20.0, by_clock=True),)
