"""What is told of a case: the case as notices name it, and the notices about it."""

from typing import TYPE_CHECKING

from tocsin.command.casebook.queries.cases import family_of
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import notices_about, with_sendings
from tocsin.notices.messages.rules.subjects import CASE, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from tocsin.command.casebook.models import Case, Clock
    from tocsin.notices.face import Notice


def subject_of(case: "Case") -> Subject:
    """The case as its notices name it; those of a drill reach nobody but whom the drill names."""
    wall = case.drill.recipients if case.drill else None
    return Subject(CASE, case.pk, case.number, case.region_code, case.level, wall)


def notices_of(case: "Case") -> "QuerySet[Notice]":
    """The notices about this case alone."""
    return notices_about(CASE, [case.pk])


def notices_of_clocks(clocks: "Sequence[Clock]") -> "list[Notice]":
    """What stages of these clocks have told and nobody has taken back; one query."""
    ids = {str(one.pk) for one in clocks}
    rows = notices_about(CASE, {one.case_id for one in clocks}).filter(key__startswith="clock-")
    standing = rows.exclude(fate=Fate.SUPERSEDED).select_related("organisation", "person")
    return [one for one in standing if one.figures.get("clock") in ids]


def notices_of_family(case: "Case") -> "QuerySet[Notice]":
    """The notices of a case and of those that went into it, with their sendings, as they were written. Ask first whether the
    reader may see the case.
    """
    return with_sendings(notices_about(CASE, family_of(case)))
