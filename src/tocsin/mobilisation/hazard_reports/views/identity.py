"""The page of the two officers: their public keys, openings that are asked for, and the two locks. Nothing is opened here."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.jurisdiction.face import may_anywhere
from tocsin.mobilisation.hazard_reports.queries import identity as queries
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.bundles import LARGEST_BUNDLE
from tocsin.mobilisation.hazard_reports.rules.locks import ARCHIVE_HEAD, DONE
from tocsin.mobilisation.hazard_reports.rules.sealing import LARGEST_PHOTO, Slot
from tocsin.mobilisation.hazard_reports.services import bundles
from tocsin.mobilisation.hazard_reports.services import identity as services
from tocsin.mobilisation.hazard_reports.services import keys as keys_of_officers
from tocsin.mobilisation.hazard_reports.shown.identity import describe_request
from tocsin.mobilisation.hazard_reports.shown.keys import VERDICTS, page_texts, show_keys
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

MOST = 200


@never_cache
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """Keys and openings of the reader's areas."""
    keeps = may_anywhere(request.user, rights.KEEP)
    if not keeps and not may_anywhere(request.user, rights.WATCH):
        raise NotAllowed(_("Your roles do not keep identity keys."))
    keys_shown = show_keys(queries.visible_keys(request.user)[:MOST], actor_of(request))
    context = {
        "keeps": keeps,
        "page_texts": page_texts(),
        "keys": [one for one in keys_shown if one.state in ("in_force", "waiting")],
        "replaced": [one for one in keys_shown if one.state in ("retired", "empty", "lost")],
        "past": [one for one in keys_shown if one.state in ("destroyed", "declined")],
        "requests": [(describe_request(one), queries.turn_of(one)) for one in queries.visible_requests(request.user)[:MOST]],
        "own": actor_of(request),
    }
    return render(request, "mobilisation/hazard_reports/identity.html", context)


@act("identity_keys", alone=True)
def propose_key(request: HttpRequest, *, slot: Slot | None, recipient: str) -> str:
    """One's own new public key."""
    if slot is None:
        raise Refusal(_("Choose the place of the key."))
    keys_of_officers.propose_key(actor=actor_of(request), slot=slot, recipient=recipient, now=current_time())
    return _(
        "Handed in: a second person compares it with you and takes it. Keep its private half on paper and on your own machine."
    )


@act("identity_keys", alone=True)
def decide_key(request: HttpRequest, identity_key_id: UUID, *, taken: bool) -> str:
    """A second person takes a new key, or declines it."""
    keys_of_officers.decide_key(actor=actor_of(request), key_id=identity_key_id, taken=taken, now=current_time())
    return _("The key is in force: what comes is sealed to it.") if taken else _("Declined.")


@act("identity_keys", alone=True)
def lose_key(request: HttpRequest, identity_key_id: UUID, *, reason: str) -> str:
    """The private half is gone."""
    keys_of_officers.lose_key(actor=actor_of(request), key_id=identity_key_id, reason=reason, now=current_time())
    return _("The key counts as lost: nothing is sealed to it any more.")


@act("identity_keys", alone=True)
def destroy_key(request: HttpRequest, identity_key_id: UUID) -> str:
    """The private half of a replaced key was destroyed."""
    keys_of_officers.destroy_key(actor=actor_of(request), key_id=identity_key_id, now=current_time())
    return _("Written down: the private half of the replaced key is destroyed.")


@act("identity_keys", alone=True)
def take_bundle(request: HttpRequest, identity_key_id: UUID) -> HttpResponse:
    """What must be sealed anew, for a machine without a network."""
    data = bundles.make_bundle(actor=actor_of(request), key_id=identity_key_id, now=current_time())
    headers = {"Content-Disposition": 'attachment; filename="reseal-bundle.zip"', "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type="application/zip", headers=headers)


@act("identity_keys", alone=True)
def hand_in_answer(request: HttpRequest, identity_key_id: UUID) -> str:
    """What was sealed anew there; what was not taken is told with its reason."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or (file.size or 0) > LARGEST_BUNDLE:
        raise Refusal(_("Choose the file that tocsin keys reseal --bundle has written."))
    step = bundles.take_answer(actor=actor_of(request), key_id=identity_key_id, data=file.read(), now=current_time())
    refused = [one for one in step.resealed if one.verdict not in DONE]
    told = {"done": len(step.resealed) - len(refused), "left": step.left}
    if refused:
        words = "; ".join(sorted({str(VERDICTS[one.verdict]) for one in refused}))
        raise Refusal(_("%(done)d sealed anew, %(left)d left: %(words)s.") % {**told, "words": words})
    return _("%(done)d sealed anew, %(left)d left.") % told


@act("identity_keys", alone=True)
def ask(request: HttpRequest, *, number: str, reason: str, photo: int | None) -> str:
    """An opening is asked for, of who reported or of the original of a photo."""
    services.ask_for_identity(actor=actor_of(request), number=number, reason=reason, photo=max(photo or 0, 0), now=current_time())
    return _("Asked for: the other officer is told.")


@act("identity_keys", alone=True)
def decide(request: HttpRequest, identity_request_id: UUID, *, agreed: bool) -> None:
    """The other officer agrees or not."""
    services.decide_request(actor=actor_of(request), request_id=identity_request_id, agreed=agreed, now=current_time())


@act("identity_keys", alone=True)
def take(request: HttpRequest, identity_request_id: UUID) -> HttpResponse:
    """The sealed file for one's own lock."""
    data = services.take_out(actor=actor_of(request), request_id=identity_request_id, now=current_time())
    name = "identity.zip" if data.startswith(ARCHIVE_HEAD) else "identity.age"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)


@act("identity_keys", alone=True)
def hand_on(request: HttpRequest, identity_request_id: UUID) -> str:
    """What B has opened, still sealed to A."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or (file.size or 0) > LARGEST_PHOTO:
        raise Refusal(_("Choose a file."))
    services.hand_on(actor=actor_of(request), request_id=identity_request_id, data=file.read(), now=current_time())
    return _("Handed on: officer A is told.")


@act("identity_keys", alone=True)
def end(request: HttpRequest, identity_request_id: UUID) -> None:
    """It is over."""
    services.end_request(actor=actor_of(request), request_id=identity_request_id, now=current_time())
