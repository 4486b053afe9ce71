"""Who inside is told of public warnings: the desk where a second person is asked for, the author of what comes back or ends."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.jurisdiction.face import bodies_with_duty
from tocsin.mobilisation.public_warnings.rules.notices import ASKED_AS, AUTHOR_AS, KNOCKS_AS, PUBLIC_WARNING
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.mobilisation.public_warnings.models import PublicWarning


def tell_second(warning: "PublicWarning", now: datetime) -> None:
    """The desk of the area is asked for the second person."""
    desks = bodies_with_duty(kind="government", region_code=warning.region_code, at=now)[:1]
    drafts = [
        Draft(
            PUBLIC_WARNING,
            ASKED_AS,
            urgent=warning.level in ("red", "orange") and not warning.exercise,
            key=f"{_asked(warning)}{now:%Y%m%d%H%M%S%f}-{desk.pk}",
            organisation=desk,
            figures=figures_of(warning, "asked"),
        )
        for desk in desks
    ]
    if drafts:
        write_all(drafts, Directory(now))


def take_back(warning: "PublicWarning") -> None:
    """Nobody is asked any longer."""
    supersede(Notice.objects.filter(purpose=PUBLIC_WARNING, key__startswith=_asked(warning)), now=current_time())


def tell_author(warning: "PublicWarning", what: str, now: datetime) -> None:
    """The author of what came back, was issued, or ends soon."""
    draft = Draft(
        PUBLIC_WARNING,
        AUTHOR_AS,
        urgent=False,
        key=f"public-warning-{warning.pk}-{what}-{now:%Y%m%d%H%M%S%f}",
        person=warning.author,
        figures=figures_of(warning, what),
    )
    write_all([draft], Directory(now))


def tell_silent(warning: "PublicWarning", towns: int, now: datetime) -> None:
    """The desk of the area hears of towns that read too little: doors are to be knocked at."""
    desks = bodies_with_duty(kind="government", region_code=warning.region_code, at=now)[:1]
    drafts = [
        Draft(
            PUBLIC_WARNING,
            KNOCKS_AS,
            urgent=warning.level in ("red", "orange"),
            key=f"public-warning-{warning.pk}-silent-{desk.pk}",
            organisation=desk,
            figures={**figures_of(warning, "silent"), "towns": towns},
        )
        for desk in desks
    ]
    if drafts:
        write_all(drafts, Directory(now))


def figures_of(warning: "PublicWarning", what: str) -> dict[str, object]:
    """What a notice says of it."""
    return {
        "what": what,
        "warning": str(warning.pk),
        "level": warning.level,
        "exercise": warning.exercise,
        "headline": {language: texts.get("headline", "") for language, texts in warning.texts.items()},
        "reason": warning.returned_reason,
        "until": warning.expires_at.isoformat(),
    }


def _asked(warning: "PublicWarning") -> str:
    return f"public-warning-{warning.pk}-asked-"
