"""Cases as the reader may see them: the list, one case, its family, its time line."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, overload
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from tocsin.command.casebook.models import Case, CaseChange, Membership
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import EPISODE, OPEN_STATES, CaseState
from tocsin.jurisdiction.face import reach, scope
from tocsin.warning import face as warning

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

OPEN = tuple(state.value for state in OPEN_STATES)
STATES = ("open", "all", *(state.value for state in CaseState))
_TOLD_WITH = (*warning.loaded_alarm("lead"), "merged_into", "drill")


# --- for people ---


def visible_cases(user: "Person") -> QuerySet[Case]:
    """Cases of the counties whose cases the user may see, with their lead alarm, newest first. Whoever inspects firms there and
    sees no other case sees those of firms.
    """
    found = Case.objects.filter(going_at=None).select_related(*_TOLD_WITH)
    if reach(user, rights.SEE) or not reach(user, rights.INSPECT):
        return scope(found, user, rights.SEE)
    return scope(found, user, rights.INSPECT).filter(origin_reference__startswith=EPISODE)


def search_cases(user: "Person", *, state: str = "open", level: int | None = None, search: str = "") -> QuerySet[Case]:
    """Visible cases, the most urgent first among open ones, else the newest; `CaseList` fetches a part of many.

    `state`: one of STATES; `level`: at least this; `search`: parts of the number, or of the place of its lead.
    """
    found = visible_cases(user)
    if state == "open":
        found = found.filter(state__in=OPEN)
    elif state != "all":
        found = found.filter(state=state)
    if level is not None:
        found = found.filter(peak_level__gte=level)
    for word in search.split():
        found = found.filter(
            Q(number__icontains=word)
            | Q(title__icontains=word)
            | Q(place__icontains=word)
            | Q(lead_id__in=warning.alarms_named(word))
        )
    order = ("-level", "-opened_at", "-id") if state == "open" else ("-opened_at", "-id")
    return found.order_by(*order)


class CaseList(Sequence[Case]):
    """Cases of a search, a slice at a time: the keys are sorted first, then only the rows of the slice are fetched whole."""

    def __init__(self, cases: QuerySet[Case]) -> None:
        self.found = cases

    def over(self, found: QuerySet[Case]) -> "CaseList":
        """The same over another order and part of the search."""
        return CaseList(found)

    def __len__(self) -> int:
        return self.found.count()

    @overload
    def __getitem__(self, part: int) -> Case: ...
    @overload
    def __getitem__(self, part: slice) -> list[Case]: ...
    def __getitem__(self, part: int | slice) -> Case | list[Case]:
        if isinstance(part, int):
            return self[part : part + 1][0]
        keys = list(self.found.select_related(None).values_list("pk", flat=True)[part])
        rows = self.found.model.objects.select_related(*_TOLD_WITH).in_bulk(keys)
        return [rows[key] for key in keys]


def count_alarms(case_ids: Iterable[UUID]) -> dict[UUID, int]:
    """By case how many alarms are in it. One query."""
    counted = Membership.objects.filter(case_id__in=list(case_ids)).values_list("case_id").annotate(alarms=Count("pk"))
    return dict(counted)


def case_of_number(user: "Person", number: str) -> Case:
    """The case of that number, the one that it was merged into for an alias; Case.DoesNotExist where the user may not see it."""
    return root_of(visible_cases(user).get(number=number))


def root_of(case: Case) -> Case:
    """The case in which the matter goes on."""
    while case.merged_into is not None:
        case = case.merged_into
    return case


def members_of(case: Case) -> QuerySet[Membership]:
    """The alarms of a case with the reason of each, the lead first, then as they joined."""
    found = Membership.objects.filter(case=case).select_related(*warning.loaded_alarm("alarm", explained=True))
    return found.annotate(is_lead=Count("pk", filter=Q(alarm=F("case__lead")))).order_by("-is_lead", "joined_at", "id")


def time_line_of(case: Case) -> QuerySet[CaseChange]:
    """What happened to the case and to those that went into it, oldest first; that they did is told once."""
    family = list(family_of(case))
    there = CaseChange.objects.filter(act__endswith="_there", case__in=family, other__in=family).exclude(case=case)
    return (
        CaseChange.objects.filter(case__in=family)
        .exclude(pk__in=there.values("pk"))
        .select_related("other", *warning.loaded_alarm("alarm"), "actor", "undone_by")
    )


def family_of(case: Case) -> dict[UUID, str]:
    """The case and those that went into it, however many steps away, with their numbers."""
    found = {case.pk: case.number}
    level = [case.pk]
    while level:
        rows = dict(Case.objects.filter(merged_into__in=level).values_list("pk", "number"))
        found |= rows
        level = list(rows)
    return found


def aliases_of(case: Case) -> list[str]:
    """Numbers of the cases that went into this one."""
    return sorted(number for pk, number in family_of(case).items() if pk != case.pk)


def count_cases(user: "Person") -> dict[str, int]:
    """Open cases by state, drills apart. One query."""
    counted = scope(Case.objects.real().filter(state__in=OPEN), user, rights.SEE).aggregate(
        **{state: Count("id", filter=Q(state=state)) for state in OPEN}
    )
    return {name: int(number) for name, number in counted.items()}
