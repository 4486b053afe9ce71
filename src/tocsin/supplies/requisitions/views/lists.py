"""Forms with a row for each line: lists of what is handed over and given back with photos, claims, valuations."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tocsin.base.errors import InvalidInput
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form, read_value
from tocsin.screens.request import actor_of
from tocsin.supplies.catalogue.rules.amounts import to_amount
from tocsin.supplies.requisitions.models import Requisition
from tocsin.supplies.requisitions.queries.requisitions import visible_requisitions
from tocsin.supplies.requisitions.rules.states import Damage, ListKind
from tocsin.supplies.requisitions.services.claims import NewSum, claim_compensation, value_claim
from tocsin.supplies.requisitions.services.lists import NewRow, write_list

FURTHER: Final = range(1, 4)
"""Sums that an owner adds to those that the form proposes."""


@dataclass(frozen=True)
class ListForm:
    """What stands above the rows; amounts, states, days and photos stand in fields named by their lines."""

    kind: ListKind
    at: datetime | None = None
    store_id: UUID | None = None
    text: Line = ""


@dataclass(frozen=True)
class ClaimForm:
    """What stands beside the sums of a claim."""

    text: Line = ""
    said_by: Line = ""


@dataclass(frozen=True)
class ValueForm:
    """What stands beside the values."""

    method: Line = ""


@never_cache
@require_POST
def write(request: HttpRequest, requisition_id: UUID) -> HttpResponse:
    """An officer writes a list; the owner is asked to sign it."""
    with Attempt(request) as attempt:
        found = visible_requisitions(request.user).get(pk=requisition_id)
        form = read_form(ListForm, request.POST)
        files = {one.pk: request.FILES.get(f"photo-{one.pk}") for one in found.lines.all()}
        photos = {pk: (file.read(), file.name or "") for pk, file in files.items() if file is not None}
        write_list(
            actor=actor_of(request),
            requisition_id=requisition_id,
            kind=form.kind,
            rows=_rows(request.POST, found),
            at=form.at,
            store_id=form.store_id,
            text=form.text,
            photos=photos,
            now=current_time(),
        )
    if attempt.done:
        messages.success(request, _("Written; it counts once the other side has signed."))
    return redirect("requisition", requisition_id)


def _rows(form: QueryDict, found: Requisition) -> list[NewRow]:
    """A row for each line of which something was typed."""
    rows, typed = [], {name: str(text).strip() for name, text in form.items()}
    for line in found.lines.all():
        counts = {name: _amount(typed.get(f"{name}-{line.pk}", "")) for name in ("whole", "damaged", "consumed", "lost")}
        if not any(counts.values()):
            continue
        day = typed.get(f"expires-{line.pk}", "")
        rows.append(
            NewRow(
                line_id=line.pk,
                condition=typed.get(f"condition-{line.pk}", ""),
                expires_on=read_value(date, "expires_on", day) if day else None,
                **counts,
            )
        )
    return rows


def _amount(text: str) -> int:
    return to_amount(text) if text.strip().strip("0.") else 0


@never_cache
@require_POST
def claim(request: HttpRequest, requisition_id: UUID) -> HttpResponse:
    """The owner claims; an officer enters it by the owner's word."""
    with Attempt(request) as attempt:
        form, beside = request.POST, read_form(ClaimForm, request.POST)
        claim_compensation(
            actor=actor_of(request),
            requisition_id=requisition_id,
            sums=[*_proposed(form), *_further(form)],
            text=beside.text,
            said_by=beside.said_by,
            now=current_time(),
        )
    if attempt.done:
        messages.success(request, _("Claimed; it is being valued."))
    return redirect("requisition", requisition_id)


def _proposed(form: QueryDict) -> list[NewSum]:
    sums = []
    for name, text in form.items():
        part, _dash, rest = name.partition("-")
        if part == "sum" and str(text).strip():
            kind, _dash, line = rest.partition("-")
            line_id = read_value(UUID, "line", line)
            sums.append(NewSum(kind=_kind(kind), yuan=_yuan(str(text)), line_id=line_id))
    return sums


def _further(form: QueryDict) -> list[NewSum]:
    """Sums beside those that the form proposes: transport, fuel, wages of a driver."""
    sums, typed = [], {name: str(text).strip() for name, text in form.items()}
    for number in FURTHER:
        text = typed.get(f"other{number}", "")
        if text:
            words = typed.get(f"words{number}", "")
            sums.append(NewSum(kind=Damage.OTHER, yuan=_yuan(text), words=words))
    return sums


def _kind(text: str) -> Damage:
    if text not in {one.value for one in Damage}:
        raise InvalidInput(_("There is no compensation for %(kind)s.") % {"kind": text[:20]})
    return Damage(text)


def _yuan(text: str) -> Decimal:
    return read_value(Decimal, "yuan", text.replace(",", "").replace("，", ""))


@never_cache
@require_POST
def value(request: HttpRequest, requisition_id: UUID) -> HttpResponse:
    """An officer says what each sum is worth."""
    with Attempt(request) as attempt:
        values = {
            read_value(UUID, "sum", name.removeprefix("value-")): _yuan(str(text))
            for name, text in request.POST.items()
            if name.startswith("value-")
        }
        value_claim(
            actor=actor_of(request),
            requisition_id=requisition_id,
            values=values,
            method=read_form(ValueForm, request.POST).method,
            now=current_time(),
        )
    if attempt.done:
        messages.success(request, _("Valued; who decides is told."))
    return redirect("requisition", requisition_id)
