"""A model is given with its test set: both are looked through, kept, and wait to be measured."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.documents import decode_json
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.private_files import private_folder
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.vision.cameras.policy import camera_policy
from tocsin.vision.cameras.rules import rights
from tocsin.vision.recognition.models import OwnModel, OwnModelVersion
from tocsin.vision.recognition.policy import OwnModelFigures, recognition_policy
from tocsin.vision.recognition.queries import MODEL, TEST_SET, version_folder
from tocsin.vision.recognition.rules.onnx_files import check_onnx
from tocsin.vision.recognition.rules.own_models import OwnModelCard, check_card
from tocsin.vision.recognition.rules.picture_sets import PictureSet

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True)
class GivenModel:
    """A model with its card and its test set, as they came."""

    card: OwnModelCard
    model: bytes
    tests: bytes


def check_given(given: GivenModel, figures: OwnModelFigures) -> int:
    """How many pictures its test set has; InvalidInput tells what is wrong with card, file or test set. Nothing is run."""
    decode_json(msgspec.json.encode(given.card), OwnModelCard)  # bounds of texts and figures
    check_card(given.card, [one.code for one in camera_policy().kinds])
    sizes = (("model.onnx", given.model, figures.most_bytes), ("test.zip", given.tests, 4 * figures.most_bytes))
    for name, data, most in sizes:
        if len(data) > most:
            raise InvalidInput("%(name)s has more than %(most)s bytes", name=name, most=most)
    check_onnx(given.model)
    with PictureSet(given.tests, [one.name for one in given.card.labels], figures.most_picture_bytes) as opened:
        return len(opened.pictures)


@transaction.atomic
def give_own_model(*, actor: "User", region_code: str, given: GivenModel, now: datetime) -> OwnModelVersion:
    """Keeps a model that is to be measured. Conflict where another area has the code, or the version is there already."""
    require(actor, rights.MANAGE, region_code)
    return keep_version(actor, region_code, given, now)


def keep_version(actor: "User", region_code: str, given: GivenModel, now: datetime) -> OwnModelVersion:
    """The row and the files of a version, in the caller's transaction; who may is the caller's matter."""
    pictures, card = check_given(given, recognition_policy().own), given.card
    model, _made = OwnModel.objects.get_or_create(code=card.code, defaults={"region_code": region_code})
    if model.region_code != region_code:
        raise Conflict(_("Another area has a model of that code: choose another code."))
    if model.versions.filter(version=card.version).exists():
        raise Conflict(_("This version is there already: give the file another version."))
    version = OwnModelVersion(
        model=model,
        version=storable(card.version),
        card=msgspec.to_builtins(card),
        sha256=sha256(given.model).hexdigest(),
        model_bytes=len(given.model),
        pictures=pictures,
        given_at=now,
        given_by=actor,
    )
    place = private_folder(version_folder(card.code, version.pk))
    try:
        (place / MODEL).write_bytes(given.model)
        (place / TEST_SET).write_bytes(given.tests)
        version.save()
        note_own_model(actor, "own_model.given", version)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return version


def note_own_model(actor: "User", act: str, version: OwnModelVersion, **details: object) -> None:
    """Into the audit trail, with the model's hash."""
    model = version.model
    told = {"code": model.code, "version": version.version, "sha256": version.sha256, **details}
    record_audit(actor, act, "own_model", model.pk, model.region_code, told)
