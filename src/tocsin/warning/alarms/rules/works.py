"""Works that are permitted where an alarm is, as who keeps their permits says it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AlarmWork:
    """A work beside an alarm. `name`: what it is, short; `text`: a sentence; `page`: where it is looked at."""

    name: str
    text: str
    page: str
