"""The page on which firms register themselves, the one of their receipt, and the department's list."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.jurisdiction.face import needs, too_many_guesses
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.applications import queries, services
from tocsin.supervision.applications.models import FirmApplication
from tocsin.supervision.applications.policy import limits
from tocsin.supervision.applications.rules import ApplicationState, NewApplication
from tocsin.supervision.applications.shown import STATE_NAMES, STATE_TONES, describe_application
from tocsin.supervision.objects.policy.register import trades

COLUMNS = (
    *("name", "credit_code", "region_code", "trade", "address", "contact", "telephone", "entered_at"),
    *("state_name", "reason", "decided_by"),
)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def register_firm(request: HttpRequest) -> HttpResponse:
    """A firm tells of itself; the answer shows its receipt, this once."""
    attempt, receipt = Attempt(), ""
    if request.method == "POST":
        if _too_many(request):
            return _form(request, _("Too many tries: wait a minute."), 429)
        with attempt:
            new = NewApplication(**asdict(read_form(FirmForm, request.POST)))
            receipt = services.apply(new=new, language=get_language() or "", now=current_time())
    if receipt:
        return render(request, "supervision/applications/receipt.html", {"receipt": receipt})
    return _form(request, attempt.reason, attempt.status)


@dataclass(frozen=True)
class FirmForm:
    """What is asked of a firm."""

    credit_code: Line
    name: Line
    region_code: Line
    trade: Line
    address: Line
    contact: Line
    telephone: Line


@dataclass(frozen=True)
class ReceiptForm:
    """A receipt as it was typed, and whether the password is to be shown."""

    receipt: Line = ""
    collect: bool = False


def _form(request: HttpRequest, problem: str, status: int) -> HttpResponse:
    context = {
        "problem": problem,
        "values": request.POST,
        "counties": queries.counties(),
        "trades": [(key, one.name) for key, one in trades().items()],
    }
    return render(request, "supervision/applications/register.html", context, status=status)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def firm_status(request: HttpRequest) -> HttpResponse:
    """Where an application stands, by its receipt; once it is approved a press shows the one-time password."""
    attempt = Attempt()
    form = read_form(ReceiptForm, request.POST)
    receipt = form.receipt[:60]
    found: FirmApplication | None = None
    handed: tuple[str, str] | None = None
    if request.method == "POST":
        if _too_many(request):
            told = {"problem": _("Too many tries: wait a minute."), "receipt": receipt}
            return render(request, "supervision/applications/status.html", told, status=429)
        with attempt:
            if form.collect:
                handed = services.collect_password(receipt=receipt, now=current_time())
        found = queries.application_of(receipt)
    problem = attempt.reason or ("" if found or request.method != "POST" else _("There is no application with this receipt."))
    context = {
        "problem": problem,
        "receipt": receipt,
        "found": found,
        "state_name": STATE_NAMES[found.state] if found else "",
        "state_tone": STATE_TONES.get(found.state, "bad") if found else "",
        "may_collect": found is not None and found.state is ApplicationState.APPROVED,
        "handed": handed,
    }
    return render(request, "supervision/applications/status.html", context, status=attempt.status)


def _too_many(request: HttpRequest) -> bool:
    return too_many_guesses(kind="code", address=request.META.get("REMOTE_ADDR", ""), most_per_min=limits().per_minute)


@never_cache
@require_GET
@needs(queries.DECIDE)
def firm_applications(request: HttpRequest) -> HttpResponse:
    """Those that wait, the oldest first, then those that were decided."""
    found = queries.visible_applications(request.user).order_by("-decided_at", "entered_at")
    waiting = queries.waiting_applications(request.user)
    context = {"waiting": [describe_application(one) for one in waiting[:100]]}
    decided = found.exclude(decided_at=None)
    return list_file(request, found, "firm-applications", COLUMNS, _flat) or list_page(
        request,
        decided,
        "supervision/applications/applications.html",
        part="",
        describe=describe_application,
        context=context,
    )


def _flat(found: FirmApplication) -> dict[str, object]:
    return dict(describe_application(found))


@never_cache
@require_POST
@needs(queries.DECIDE)
def act_on_firm_application(request: HttpRequest, firm_application_id: UUID, name: str) -> HttpResponse:
    """Takes the firm in, or refuses it with a reason."""

    def approve() -> str:
        services.approve_application(actor=actor_of(request), application_id=firm_application_id, now=current_time())
        return _("The firm is registered and may fetch its password.")

    def refuse(*, reason: str) -> str:
        services.refuse_application(
            actor=actor_of(request), application_id=firm_application_id, reason=reason, now=current_time()
        )
        return _("The firm is refused and is told why.")

    acts: dict[str, Act] = {"approve": approve, "refuse": refuse}
    perform_and_tell(request, acts, name)
    return redirect("firm_applications")
