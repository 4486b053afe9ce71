"""The evidence of a sighting as one file whose parts `sha256sum -c SHA256SUMS` verifies: crops as at capture, facts, custody."""

import csv
import io
import zipfile
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.jurisdiction.face import require
from tocsin.vision.cameras.rules import rights
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.queries import visible_sightings
from tocsin.vision.sightings.services.deciding import note_view
from tocsin.vision.sightings.shown.sightings import describe_sighting, describe_view

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

SUMS = "SHA256SUMS"


@transaction.atomic
def export_evidence(*, actor: "User", sighting_id: UUID, now: datetime) -> bytes:
    """A ZIP of what a sighting stands on; taking it away is part of the custody that lies in it. Of a crop SHA256SUMS names the
    hash of its capture: one that was altered since fails. NotAllowed for who may not decide sightings there.
    """
    found = visible_sightings(actor).get(pk=sighting_id)
    require(actor, rights.JUDGE, found.region_code, (found.camera.organisation_id,))
    note_view(actor=actor, sighting=found, exported=True, now=now)
    parts, sums = _crops(found)
    for name, content in (("sighting.json", _facts(found)), ("custody.csv", _custody(found))):
        parts[name], sums[name] = content, sha256(content).hexdigest()
    parts[SUMS] = "".join(f"{hashed}  {name}\n" for name, hashed in sums.items()).encode()
    made = io.BytesIO()
    moment = timezone.localtime(now).timetuple()[:6]
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, moment), content)
    return made.getvalue()


def _crops(found: Sighting) -> tuple[dict[str, bytes], dict[str, str]]:
    parts: dict[str, bytes] = {}
    sums: dict[str, str] = {}
    for name, event in (("first.jpg", found.first), ("best.jpg", found.best)):
        crop = getattr(event, "crop", None)
        if event is not None and crop is not None:
            parts[name], sums[name] = bytes(crop.data), event.sha256
    return parts, sums


def _facts(found: Sighting) -> bytes:
    told = describe_sighting(found)
    return told.model_dump_json(indent=1).encode()


def _custody(found: Sighting) -> bytes:
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(["person", "taken away", "first", "last", "times"])
    for one in found.views.select_related("user").order_by("first_at", "id"):
        told = describe_view(one)
        lines.writerow([told.person, told.exported, told.first_at.isoformat(), told.last_at.isoformat(), told.count])
    return written.getvalue().encode()
