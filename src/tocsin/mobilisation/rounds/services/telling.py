"""Who is told of doors: the walker whom they are given to, the desk where somebody needs help."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.jurisdiction.face import bodies_with_duty
from tocsin.mobilisation.public_warnings.shown.reach import town_name
from tocsin.mobilisation.rounds.rules import notices as told
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all

if TYPE_CHECKING:
    from tocsin.mobilisation.rounds.models import Door, Walk


def tell_walker(walk: "Walk", what: str, now: datetime) -> None:
    """Doors were given or taken back; urgent as the warning is."""
    warning = walk.round.warning
    draft = Draft(
        told.WALKS,
        told.WALKER_AS,
        urgent=what == told.GIVEN and warning.level in ("red", "orange"),
        key=f"door-walk-{walk.pk}-{what}-{now:%Y%m%d%H%M%S%f}",
        person=walk.walker,
        figures={**_headline(walk), "what": what, "stretch": walk.stretch},
    )
    write_all([draft], Directory(now))


def tell_desk_of_help(door: "Door", now: datetime) -> None:
    """The desk of the area hears at once, once a door."""
    desks = bodies_with_duty(kind="government", region_code=door.region_code, at=now)[:1]
    figures = {
        "door": str(door.pk),
        "warning": str(door.round.warning_id),
        "town": town_name(door.round.town_code),
        "town_code": door.round.town_code,
        "place": door.place,
        "text": door.words,
    }
    drafts = [
        Draft(told.HELP, told.DESK_AS, urgent=True, key=f"{_help_key(door)}-{desk.pk}", organisation=desk, figures=figures)
        for desk in desks
    ]
    if drafts:
        write_all(drafts, Directory(now))


def end_help_notice(door: "Door", now: datetime) -> None:
    """It was dealt with: nobody is asked any longer."""
    supersede(Notice.objects.filter(purpose=told.HELP, key__startswith=_help_key(door)), now=now)


def _help_key(door: "Door") -> str:
    return f"door-help-{door.pk}"


def _headline(walk: "Walk") -> dict[str, object]:
    warning = walk.round.warning
    return {
        "headline": {language: texts.get("headline", "") for language, texts in warning.texts.items()},
        "town": town_name(walk.round.town_code),
    }
