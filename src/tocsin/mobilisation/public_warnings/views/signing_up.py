"""The pages on which citizens choose whose public warnings they hear, without signing in; ended by one link."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final
from uuid import UUID

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.base.addresses import network_of, on_this_machine
from tocsin.base.documents import decode_json
from tocsin.mobilisation.public_warnings.models import WarningSignUp
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.queries.warnings import county_at
from tocsin.mobilisation.public_warnings.services import signing_up
from tocsin.mobilisation.public_warnings.services.signing_up import EVERYWHERE, PUSH, NewSignUp
from tocsin.mobilisation.public_warnings.shown.signing_up import page_texts, region_choices, town_choices, way_choices
from tocsin.notices.face import push_address, push_public_key
from tocsin.screens.acts import Attempt
from tocsin.screens.budgets.buckets import Buckets
from tocsin.screens.budgets.requests import too_much
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters, read_form

_networks: Final = Buckets()
PAGE = "mobilisation/public_warnings/subscribe.html"


@dataclass(frozen=True)
class Where:
    """Which county's towns are offered: by its code, or by a place on the map."""

    region: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class Chosen:
    """Towns of a form that was refused."""

    towns: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Code:
    """What was sent to the address."""

    code: Line = ""


@dataclass(frozen=True)
class Mark:
    """What a letter's link names."""

    m: Line = ""


@dataclass(frozen=True)
class SignUpForm:
    """What the page sends."""

    id: UUID
    channel: str
    address: Line
    nonce: str
    towns: list[str]
    ends: bool = False


class PushSent(msgspec.Struct, frozen=True, kw_only=True):
    """The same of a browser that takes pushes itself."""

    id: UUID
    address: str
    towns: tuple[str, ...]
    nonce: str


def counted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for everybody; what is sent is counted by network."""

    @wraps(view)
    def let_in(request: HttpRequest, **address: Any) -> HttpResponse:
        network = request.META.get("REMOTE_ADDR", "")
        if request.method == "POST" and not on_this_machine(network):
            rate = warning_policy(EVERYWHERE).sign_up.of_network
            if wait := _networks.take(network_of(network), 1.0, rate, time.monotonic()):
                raise too_much(wait)
        return view(request, **address)

    return login_not_required(never_cache(ensure_csrf_cookie(let_in)))


@require_http_methods(["GET", "HEAD", "POST"])
@counted
def subscribe(request: HttpRequest) -> HttpResponse:
    """Where, by which way, to which address; what follows is the code."""
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            form = read_form(SignUpForm, request.POST)
            towns = () if form.ends else tuple(form.towns)
            if not towns and not form.ends:
                return _page(request, _("Choose at least one town."), 400)
            new = NewSignUp(form.id, form.channel, form.address, towns, _language(), form.nonce)
            made = signing_up.ask(new=new, now=current_time())
            return redirect("confirm_warnings", made.pk)
    return _page(request, attempt.reason, attempt.status)


@require_http_methods(["GET", "HEAD", "POST"])
@counted
def confirm(request: HttpRequest, sign_up_id: UUID) -> HttpResponse:
    """The code comes back. A link in a letter fills it in; only a press counts, for programs open links, too."""
    attempt, told = Attempt(), ""
    if request.method == "POST":
        with attempt:
            given = read_form(Code, request.POST)
            goes_on = signing_up.confirm(sign_up_id=sign_up_id, code=given.code[:20], now=current_time())
            told = _("Done: warnings for your towns come to you from now on.") if goes_on else _("Done: your address is deleted.")
    row = WarningSignUp.objects.filter(pk=sign_up_id).first()
    context = {
        "problem": attempt.reason,
        "told": told,
        "code": request.GET.get("code", "")[:20],
        "address": signing_up.address_shown(row) if row else "",
        "unsent": row is not None and row.outcome in ("never", "later", "unknown"),
    }
    return render(request, "mobilisation/public_warnings/confirm.html", context, status=attempt.status)


@require_POST
@counted
def subscribe_browser(request: HttpRequest) -> HttpResponse:
    """A browser that takes pushes. No towns: it takes none any more."""
    with Attempt() as attempt:
        sent = decode_json(request.body, PushSent)
        new = NewSignUp(sent.id, PUSH, push_address(sent.address.encode()), sent.towns, _language(), sent.nonce)
        signing_up.subscribe_browser(new=new, now=current_time())
        told = (
            _("Warnings come to this browser from now on.") if sent.towns else _("Done: this browser gets no warnings any more.")
        )
        return JsonResponse({"message": told})
    return JsonResponse({"code": "refused", "message": attempt.reason}, status=attempt.status)


@require_http_methods(["GET", "HEAD", "POST"])
@counted
def end(request: HttpRequest) -> HttpResponse:
    """The link at the end of a letter: one press, and the address is deleted."""
    told = ""
    if request.method == "POST":
        known = signing_up.end_by_mark(mark=read_form(Mark, request.POST).m, now=current_time())
        told = _("Done: your address is deleted.") if known else _("This link ends nothing: it was used before, or cut off.")
    return render(request, "mobilisation/public_warnings/end.html", {"told": told, "mark": request.GET.get("m", "")[:64]})


def _page(request: HttpRequest, problem: str, status: int) -> HttpResponse:
    where = read_filters(Where, request.GET)
    region = where.region
    if where.lat is not None and where.lon is not None:
        region = county_at(where.lat, where.lon) or region
    limits = warning_policy(EVERYWHERE).sign_up
    context = {
        "regions": region_choices(),
        "region": region,
        "missed": where.lat is not None and not region,
        "towns": town_choices(region),
        "ways": way_choices(signing_up.ways()),
        "bits": limits.work_bits,
        "most": limits.most_towns,
        "push_key": push_public_key(),
        "problem": problem,
        "values": request.POST,
        "chosen": read_filters(Chosen, request.POST).towns,
        "page_texts": page_texts(),
    }
    return render(request, PAGE, context, status=status)


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
