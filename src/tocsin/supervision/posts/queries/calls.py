"""Roll calls, as the loop that runs them asks."""

from datetime import datetime

from tocsin.supervision.posts.models import RollCall


def next_call_at() -> datetime | None:
    """When the next roll call is to go on, by the judging clock; None where none runs."""
    return RollCall.objects.filter(due_at__isnull=False).order_by("due_at").values_list("due_at", flat=True).first()
