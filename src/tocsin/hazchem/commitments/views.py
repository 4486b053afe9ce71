"""The commitments of a day, and one firm's: today's is signed there, the others are read."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.base.decoding import convert
from tocsin.hazchem.commitments.policy import due_moment, is_due_day
from tocsin.hazchem.commitments.queries import commitments as queries
from tocsin.hazchem.commitments.queries.seen import see_firm
from tocsin.hazchem.commitments.rules import ANSWERS, UNIT_COUNTS, WORK_COUNTS, Stated, as_seen, differences_of
from tocsin.hazchem.commitments.services.signing import sign_commitment
from tocsin.hazchem.commitments.shown.commitments import describe_commitment, describe_day
from tocsin.hazchem.commitments.shown.words import STATE_NAMES, STATED_NAMES, difference_words
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters, read_form
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.face import region_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tocsin.hazchem.commitments.models import SafetyCommitment
    from tocsin.hazchem.commitments.rules import Seen
    from tocsin.supervision.face import SupervisedObject

COLUMNS = (
    *("firm", "region", "day", "state_name", "principal", "signed_at", "units", "works", "differences_told"),
    *("firm_told_at", "supervisor_told_at"),
)
SHOWN_BEFORE = 60  # commitments of a firm
EMPTY = EmptyState(
    gettext_lazy("A firm stands here when it has a unit with hazardous chemicals."), link=gettext_lazy("Units"), to="plant_units"
)


@dataclass(frozen=True)
class Filters:
    """Which firms of which day the list shows."""

    q: str = ""
    region: str = ""
    day: date | None = None
    which: queries.WhichDay = ""


@dataclass(frozen=True, kw_only=True)
class SignForm:
    """A statement, who commits to it, and what goes with it."""

    stated: Stated
    principal: Line
    explanation: str
    reason: str
    revision: int


@never_cache
@require_GET
def safety_commitments(request: HttpRequest) -> HttpResponse:
    """Firms that give a commitment on a day: given, late, missing, differing from what was seen."""
    chosen, now = read_filters(Filters, request.GET), current_time()
    day = chosen.day or timezone.localdate(now)
    firms = list(queries.firms_that_commit(request.user, q=chosen.q, region=chosen.region))
    rows = queries.rows_of_day(firms, day, now=now)
    shown = queries.choose(rows, chosen.which)
    counts = {
        str(STATE_NAMES[state]): sum(one.state == state for one in rows) for state in ("given", "late", "missing", "elsewhere")
    }
    regions = sorted({one.region_code for one in queries.firms_that_commit(request.user)})
    choices = [(state, STATE_NAMES[state]) for state in ("given", "late", "missing", "elsewhere")]
    return list_file(request, shown, f"commitments-{day}", COLUMNS, describe_day) or list_page(
        request,
        shown,
        "hazchem/commitments/commitments.html",
        empty=EMPTY,
        part="",
        describe=describe_day,
        context={
            "chosen": asdict(chosen),
            "day": day,
            "counts": counts,
            "choices": [*choices, ("differences", _("with differences"))],
            "regions": [(code, region_name(code)) for code in regions],
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def safety_commitments_of(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """One firm: today's commitment with its form for who signs, and those before."""
    firm = queries.firms_that_commit(request.user).get(pk=object_id)
    if request.method == "GET":
        return _page(request, firm)
    with Attempt() as attempt:
        form = read_form(SignForm, request.POST)
        sign_commitment(actor=actor_of(request), object_id=firm.pk, now=current_time(), **vars(form))
        messages.success(request, _("Today's commitment is signed."))
        return redirect("safety_commitments_of", firm.pk)
    return _page(request, firm, attempt.reason, attempt.status)


def _page(request: HttpRequest, firm: "SupervisedObject", error: str = "", status: int = 200) -> HttpResponse:
    now = current_time()
    day = timezone.localdate(now)
    seen, today = see_firm(firm, now), queries.commitment_of(firm.pk, day)
    stated = convert(today.stated, Stated) if today is not None else as_seen(seen)
    before = queries.visible_commitments(request.user).filter(object=firm)[:SHOWN_BEFORE]
    may_sign = queries.may_sign(request.user, firm)
    values = request.POST.dict() or _begun(stated, today, next(iter(queries.principal_names(firm.pk)), "") if may_sign else "")
    context = {
        "firm": firm,
        "day": day,
        "due": due_moment(day),
        "asked": is_due_day(day),
        "today": describe_commitment(today) if today is not None else None,
        "overdue": today is None and now > due_moment(day),
        "may_sign": may_sign,
        "groups": _groups(values),
        "answers": [(name, STATED_NAMES[name], name in values) for name in ANSWERS],
        "seen": _seen_lines(seen),
        "differs": [difference_words(one) for one in differences_of(stated, seen)],
        "values": values,
        "revision": today.revision if today is not None else -1,
        "rows": [describe_commitment(one) for one in before],
        "error": error,
    }
    return render(request, "hazchem/commitments/commitment.html", context, status=status)


def _begun(stated: Stated, today: "SafetyCommitment | None", principal: str) -> dict[str, str]:
    """What the form begins with, as it would be sent: a box that is not ticked is not there."""
    numbers = {name: str(getattr(stated, name)) for name in (*UNIT_COUNTS, *WORK_COUNTS)}
    ticked = {name: "yes" for name in ANSWERS if getattr(stated, name)}
    said = {"principal": today.principal if today else principal, "explanation": today.explanation if today else ""}
    return {**numbers, **ticked, **said}


def _groups(values: "Mapping[str, str]") -> list[dict[str, Any]]:
    """The numbers of the form in two groups: units, and works of the day."""
    groups = ((_("Units"), UNIT_COUNTS), (_("Special operations today"), WORK_COUNTS))
    return [
        {"title": title, "fields": [(name, STATED_NAMES[name], values.get(name, "")) for name in names]}
        for title, names in groups
    ]


def _seen_lines(seen: "Seen") -> list[str]:
    """What is seen now, one line each."""
    lines = [_("Units entered: %(count)s.") % {"count": seen.units}]
    if seen.works is not None:
        lines.append(_("The firm is seen to work.") if seen.works else _("The firm is seen to stand still."))
    if seen.permitted is not None:
        works = [f"{STATED_NAMES[work]} {number}" for work, number in seen.permitted.items() if number and work in STATED_NAMES]
        lines.append(_("Permitted today: %(works)s.") % {"works": ", ".join(works) or "0"})
    told = {"bypassed": seen.bypassed, "beyond": seen.beyond, "alarms": seen.alarms, "gas": seen.gas_alarms}
    lines.append(_("Interlocks bypassed: %(bypassed)s; points beyond a limit: %(beyond)s.") % told)
    return [*lines, _("Sensors in alarm: %(gas)s of gas, %(alarms)s others.") % told]
