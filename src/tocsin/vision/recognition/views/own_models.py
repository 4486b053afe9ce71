"""A city's own models: given with their test sets, watched while they are measured, used, looked at in what they got wrong."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.engine.frames.layouts import Layout
from tocsin.jurisdiction.face import may, may_anywhere, regions_within, require, scope
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.request import Actor, actor_of
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.shown import kind_names
from tocsin.vision.recognition.models import OwnModelPicture
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.queries import visible_own_models, visible_own_versions
from tocsin.vision.recognition.rules.models import CARDS
from tocsin.vision.recognition.rules.own_models import UNDER_WAY, OwnModelCard, read_labels
from tocsin.vision.recognition.services.own import using
from tocsin.vision.recognition.services.own.giving import GivenModel, give_own_model
from tocsin.vision.recognition.services.own.pictures import picture_of
from tocsin.vision.recognition.services.own.using import CameraGroup
from tocsin.vision.recognition.services.seeing import can_run
from tocsin.vision.recognition.shown.own_models import (
    describe_own_camera,
    describe_own_model,
    describe_result,
    describe_version,
)
from tocsin.vision.recognition.shown.sources import describe_model

MOST_WRONG = 24  # pictures on a page
MOST_CAMERAS = 300  # in a list to choose from


@dataclass(frozen=True)
class ModelForm:
    """A model as a person enters it, beside its two files."""

    region_code: Line
    code: Line
    version: Line
    layout: Layout
    least_score: float
    cannot: Line
    labels: str

    def card(self) -> OwnModelCard:
        """The card; its bounds are checked where it is kept."""
        return OwnModelCard(
            code=self.code,
            version=self.version,
            layout=self.layout,
            labels=read_labels(self.labels),
            least_score=self.least_score,
            cannot=self.cannot,
        )


@never_cache
@require_GET
def models(request: HttpRequest) -> HttpResponse:
    """The models that Tocsin carries and those of the city's own, with what they can't do."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cameras."))
    own = visible_own_models(request.user).annotate(count=Count("cameras"))
    under_way = visible_own_versions(request.user).filter(state__in=UNDER_WAY)
    context = {
        "rows": [describe_model(one, runs=can_run(one)) for one in CARDS],
        "own": [describe_own_model(one, one.count) for one in own],
        "under_way": [describe_version(one, one.measured_pictures.count()) for one in under_way],
        "policy": recognition_policy(),
        "regions": regions_within(request.user, rights.MANAGE),
        "kinds": kind_names(),
        "layouts": [one.value for one in Layout],
    }
    return render(request, "vision/recognition/models.html", context)


@require_POST
@costly
def give(request: HttpRequest) -> HttpResponse:
    """Takes a model with its test set; its page follows, where it is seen being measured."""
    with Attempt(request, temporarily=True) as attempt:
        form, model, tests = read_form(ModelForm, request.POST), request.FILES.get("model"), request.FILES.get("tests")
        if model is None or tests is None:
            raise InvalidInput(_("Choose both files: the model and its test set."))
        given = GivenModel(form.card(), model.read(), tests.read())
        made = give_own_model(actor=actor_of(request), region_code=form.region_code, given=given, now=current_time())
    return redirect("own_model_version", made.pk) if attempt.done else redirect("recognition_models")


@never_cache
@require_GET
def own_model(request: HttpRequest, own_model_id: UUID) -> HttpResponse:
    """One model: its versions, the one in use, and its cameras."""
    found = visible_own_models(request.user).get(pk=own_model_id)
    seen = visible_cameras(request.user)
    cameras = found.cameras.filter(camera__in=seen).select_related("camera")
    may_keep = may(request.user, rights.MANAGE, found.region_code)
    choices = scope(seen, request.user, rights.MANAGE, "region_code").filter(active=True) if may_keep else seen.none()
    objects = choices.filter(object__isnull=False)
    context = {
        "one": describe_own_model(found, found.cameras.count()),
        "versions": [describe_version(one) for one in visible_own_versions(request.user).filter(model=found)],
        "cameras": [describe_own_camera(one) for one in cameras[:MOST_CAMERAS]],
        "may_keep": may_keep,
        "choices": list(choices.select_related("object").order_by("name")[:MOST_CAMERAS]),
        "objects": list(objects.values_list("object__code", "object__name").distinct().order_by("object__name")[:MOST_CAMERAS]),
        "regions": regions_within(request.user, rights.MANAGE).filter(code__in=choices.order_by().values("region_code")),
    }
    return render(request, "vision/recognition/own_model.html", context)


@never_cache
@require_GET
def version(request: HttpRequest, own_model_version_id: UUID) -> HttpResponse:
    """How right a version is; while it is measured, how far that is."""
    found = visible_own_versions(request.user).get(pk=own_model_version_id)
    may_keep = may(request.user, rights.MANAGE, found.model.region_code)
    result = describe_result(found, MOST_WRONG, pictures=may_keep)
    context = {
        "result": result,
        "one": result.version,
        "under_way": found.state in UNDER_WAY,
        "rows": list(zip(result.names, result.confusion, strict=False)),
        "may_keep": may_keep,
        "policy": recognition_policy().own,
        "in_use": found.model.in_use,
    }
    return render(request, "vision/recognition/version.html", context)


@never_cache
@require_GET
@costly
def picture(request: HttpRequest, own_model_version_id: UUID, picture_number: int) -> HttpResponse:
    """A picture of a test set, for who keeps cameras there."""
    found = visible_own_versions(request.user).get(pk=own_model_version_id)
    require(request.user, rights.MANAGE, found.model.region_code)
    row = OwnModelPicture.objects.select_related("version__model").get(version=found, number=picture_number)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return HttpResponse(picture_of(row), content_type="image/jpeg", headers=headers)


def _use(actor: Actor, version_id: UUID) -> str:
    using.use_own_version(actor=actor, version_id=version_id, now=current_time())
    return _("This version runs at the model's cameras from here on.")


def _set_aside(actor: Actor, version_id: UUID) -> str:
    using.set_own_version_aside(actor=actor, version_id=version_id)
    return _("The version is set aside and its files are deleted.")


VERSION_ACTS: dict[str, Act] = {"use": _use, "set-aside": _set_aside}


@never_cache
@require_POST
def act_on_version(request: HttpRequest, own_model_version_id: UUID, name: str) -> HttpResponse:
    """Uses a version, or sets it aside; the model's page follows."""
    model_id = visible_own_versions(request.user).get(pk=own_model_version_id).model_id
    perform_and_tell(request, VERSION_ACTS, name, actor_of(request), own_model_version_id)
    return redirect("own_model", model_id)


def _add(actor: Actor, model_id: UUID, *, cameras: Line) -> str:
    group, _colon, code = cameras.partition(":")
    if group not in list(CameraGroup):
        raise InvalidInput(_("Choose cameras."))
    added = using.add_own_model_cameras(actor=actor, model_id=model_id, group=CameraGroup(group), code=code, now=current_time())
    return _("%(count)s cameras more.") % {"count": added}


def _take(actor: Actor, model_id: UUID, *, camera: UUID) -> str:
    using.take_own_model_camera(actor=actor, model_id=model_id, camera_id=camera)
    return _("The model is not for this camera any more.")


def _stop(actor: Actor, model_id: UUID) -> str:
    using.stop_own_model(actor=actor, model_id=model_id)
    return _("The model runs nowhere any more.")


MODEL_ACTS: dict[str, Act] = {"add-cameras": _add, "take-camera": _take, "stop": _stop}


@never_cache
@require_POST
def act_on_model(request: HttpRequest, own_model_id: UUID, name: str) -> HttpResponse:
    """Adds cameras or takes one away, stops a model, removes it."""
    if name == "remove":
        with Attempt(request) as attempt:
            using.remove_own_model(actor=actor_of(request), model_id=own_model_id)
        return redirect("recognition_models") if attempt.done else redirect("own_model", own_model_id)
    perform_and_tell(request, MODEL_ACTS, name, actor_of(request), own_model_id)
    return redirect("own_model", own_model_id)
