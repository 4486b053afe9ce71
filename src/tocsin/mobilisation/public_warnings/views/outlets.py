"""The page of ways out: what became of what left, devices by HTTP template, a test, and the receipts that devices send."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tocsin.base.decoding import convert
from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.mobilisation.public_warnings.models import WarningOutlet
from tocsin.mobilisation.public_warnings.queries import outlets as queries
from tocsin.mobilisation.public_warnings.rules.outlets import KEEP, OUTLET, OutletKind
from tocsin.mobilisation.public_warnings.services import outlets, receipts
from tocsin.mobilisation.public_warnings.services.outlets import NewOutlet
from tocsin.mobilisation.public_warnings.shown.outlets import EXAMPLE, KIND_NAMES, describe_outlet, describe_way, verdict_words
from tocsin.notices.face import ReceiptForm, read_receipt, receipt_fields
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_form
from tocsin.screens.request import actor_of


@never_cache
def channels(request: HttpRequest) -> HttpResponse:
    """How ways out fare, and the devices of one's regions; posted: one device more, what was typed stays where it is refused."""
    actor, attempt = actor_of(request), Attempt()
    if not may_anywhere(actor, KEEP):
        raise NotAllowed(_("This needs the right to manage channels."))
    if request.method == "POST":
        with attempt:
            outlets.register_outlet(actor=actor, new=read_form(NewOutlet, request.POST), now=current_time())
            return redirect("warning_channels")
    context = {
        "ways": [describe_way(one) for one in queries.ways_out(current_time())],
        "outlets": [describe_outlet(one) for one in queries.visible_outlets(actor)],
        "regions": [(one.code, str(one)) for one in regions_within(actor, KEEP) if one.level == "county"],
        "kinds": [(one.value, KIND_NAMES[one]) for one in OutletKind],
        "values": request.POST,
        "example": EXAMPLE,
        "problem": attempt.reason,
    }
    return render(request, "mobilisation/public_warnings/channels.html", context, status=attempt.status)


def _back(_request: HttpRequest, outlet_id: UUID) -> HttpResponse:
    return redirect("warning_channels")


@act(_back)
def test(request: HttpRequest, outlet_id: UUID) -> str:
    """A text that says that it is a test."""
    answer = outlets.test_outlet(actor=actor_of(request), outlet_id=outlet_id, now=current_time())
    return _("The device was asked: %(verdict)s. %(words)s") % {"verdict": verdict_words(answer), "words": answer.words}


@act(_back)
def end(request: HttpRequest, outlet_id: UUID) -> str:
    """Nothing goes there any more."""
    outlets.end_outlet(actor=actor_of(request), outlet_id=outlet_id, now=current_time())
    return _("The device gets no warnings any more.")


@csrf_exempt
@login_not_required
@require_POST
def receipt(request: HttpRequest, outlet_id: UUID) -> HttpResponse:
    """A device tells what became of a letter. Its key comes as a bearer token, or as `key` in the address."""
    outlet = WarningOutlet.objects.filter(pk=outlet_id, ended_at=None).first()
    form = outlet.template.get("receipt") if outlet else None
    given = request.headers.get("Authorization", "").removeprefix("Bearer ") or request.GET.get("key", "")
    told = read_receipt(convert(form, ReceiptForm), receipt_fields(request), key=given) if form else None
    if told is None or not receipts.take_receipt(told, channel=OUTLET, outlet_id=str(outlet_id), now=current_time()):
        raise Http404
    return JsonResponse({"taken": True})
