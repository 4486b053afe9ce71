"""One act of a person on many rows of a list: each row is judged by the service of the single act, a refusal stops no other.

A list declares what its reader may do with several rows, `list_page(…, acts=ACTS)` offers it beside the rows, one view and one
route of the API carry it out (`jurisdiction.list_views`), for rows that are named or for all of the list's filters.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, Refusal
from tocsin.screens.forms import fields_of
from tocsin.screens.request import Actor

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST: Final = 200
"""Rows at once: what one request does in a few seconds."""


@dataclass(frozen=True)
class ActField:
    """What is asked for an act: a text, or one of the choices (value and words)."""

    name: str
    words: "_StrPromise | str"
    choices: Sequence[tuple[object, Promise | str]] = ()


@dataclass(frozen=True)
class ListAct:
    """What may be done with several rows. `do`: the single act, for an actor and the id of a row, with its keyword-only
    parameters from the form; it raises a Refusal with the reason. `urgent`: the button stands out.
    """

    name: str
    words: "_StrPromise | str"
    do: Callable[..., object]
    icon: str = "check"
    fields: tuple[ActField, ...] = ()
    urgent: bool = False


@dataclass(frozen=True)
class ListActs:
    """The acts of a list that its reader may do somewhere. `rows`: what the actor may see of what the list holds; `describe`: a
    row in words; `page`: the name of a row's own page, which takes its id.
    """

    acts: tuple[ListAct, ...]
    rows: Callable[[Actor], QuerySet[Any]]
    describe: Callable[[Any], str]
    page: str

    @property
    def offered(self) -> list[tuple[ListAct, list[ActField]]]:
        """The acts in their order, each with those fields that no act before it asks for."""
        known: set[str] = set()
        found = []
        for one in self.acts:
            found.append((one, [each for each in one.fields if each.name not in known]))
            known |= {each.name for each in one.fields}
        return found


@dataclass(frozen=True)
class RefusedRow:
    """A row with which it was not done, in words, with its page and the reason; one that is not there has neither."""

    id: UUID
    words: str
    url: str
    reason: str


@dataclass(frozen=True)
class ListOutcome:
    """What was done, and what was not."""

    done: list[UUID] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


def act_on_each(ids: Iterable[UUID], do: Callable[[UUID], object]) -> tuple[list[UUID], dict[UUID, str]]:
    """Does it to each in a transaction of its own: with which it was done, and why not with the others."""
    done: list[UUID] = []
    refused: dict[UUID, str] = {}
    for one in ids:
        try:
            with transaction.atomic():
                do(one)
        except Refusal as refusal:
            refused[one] = str(refusal)
        except ObjectDoesNotExist:
            refused[one] = _("It is not there, or not yours to see.")
        else:
            done.append(one)
    return done, refused


def check_number(number: int) -> None:
    """InvalidInput for no row, or for more than one request may act upon."""
    if not 0 < number <= MOST:
        raise InvalidInput(_("Choose from 1 to %(most)d rows.") % {"most": MOST})


def act_on_rows(
    acts: ListActs, name: str, *, actor: Actor, ids: Collection[UUID], form: "QueryDict | Mapping[str, str]"
) -> ListOutcome:
    """The act of that name with each of these rows.

    InvalidInput for an act that the list does not offer this person, for no row or too many, and for a field of the form that
    can't be read; DoesNotExist where the actor sees none of the rows. Nothing is done then.
    """
    chosen = next((one for one in acts.acts if one.name == name), None)
    if chosen is None:
        names = ", ".join(one.name for one in acts.acts)
        raise InvalidInput(
            _("“%(given)s” is no act of this list for you, but one of: %(names)s.") % {"given": name, "names": names}
        )
    wanted = list(dict.fromkeys(ids))
    check_number(len(wanted))
    values = fields_of(chosen.do, as_form(form))
    seen: dict[UUID, Any] = {one.pk: one for one in acts.rows(actor).filter(pk__in=wanted)}
    if not seen:
        raise acts.rows(actor).model.DoesNotExist
    told_as = {key: acts.describe(one) for key, one in seen.items()}
    done, refused = act_on_each((one for one in wanted if one in seen), lambda one: chosen.do(actor, one, **values))
    missing = {one: _("It is not there, or not yours to see.") for one in wanted if one not in seen}
    told = [
        RefusedRow(one, told_as.get(one, ""), reverse(acts.page, args=[one]) if one in seen else "", reason)
        for one, reason in {**refused, **missing}.items()
    ]
    return ListOutcome(done, told)


def all_rows(rows: QuerySet[Any], expected: int | None) -> list[UUID]:
    """The ids of all rows of a list; Conflict where they are not as many as the person saw, InvalidInput for too many."""
    found = list(rows.values_list("pk", flat=True)[: MOST + 1])
    check_number(len(found))
    if expected is not None and len(found) != expected:
        words = {"now": len(found), "before": expected}
        raise Conflict(_("The list has %(now)d rows by now, it had %(before)d when you chose: look again.") % words)
    return found


def as_form(values: "QueryDict | Mapping[str, str]") -> QueryDict:
    """Values by name as a form has them."""
    if isinstance(values, QueryDict):
        return values
    form = QueryDict(mutable=True)
    form.update(dict(values))
    return form
