"""A public warning drafted by one press from a warning of another service: its words, its area, its end."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import shapely
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.jurisdiction.areas.rules.codes import governs
from tocsin.jurisdiction.face import all_regions
from tocsin.mobilisation.incoming_warnings.queries.incoming import visible_incoming
from tocsin.mobilisation.incoming_warnings.rules.areas import COUNTY_DIGITS
from tocsin.mobilisation.incoming_warnings.rules.states import IncomingState
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.rules.places import outward
from tocsin.mobilisation.public_warnings.rules.states import FIELDS
from tocsin.mobilisation.public_warnings.services.drafts import NewWarning, draft_warning
from tocsin.mobilisation.public_warnings.services.places import NewPlaces
from tocsin.mobilisation.public_warnings.shown.first_words import first_words

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.mobilisation.incoming_warnings.models import IncomingWarning
    from tocsin.mobilisation.public_warnings.models import PublicWarning


def draft_from_incoming(*, actor: "User", warning_id: UUID, now: datetime) -> "PublicWarning":
    """The draft, for its author to read and change. Where the sender has no words, policy's stand; Conflict for what is over."""
    found = visible_incoming(actor).get(pk=warning_id)
    if found.state != IncomingState.IN_FORCE or found.expires_at <= now:
        raise Conflict(_("This warning is over: nothing is drafted from it."))
    region = _region(actor, found)
    longest = timedelta(hours=warning_policy(region).longest_h)
    new: dict[str, Any] = {
        **_texts(found, region),
        "region_code": region,
        "kind": found.kind,
        "level": found.level,
        "places": _places(found, region),
        "expires_at": min(found.expires_at, max(now, found.onset_at or now) + longest),
        "onset_at": found.onset_at if found.onset_at and found.onset_at > now else None,
        "exercise": found.exercise,
        "source_kind": "message",
        "source_id": found.pk,
    }
    return draft_warning(actor=actor, new=NewWarning(**new), now=now)


def _region(actor: "User", warning: "IncomingWarning") -> str:
    """The area of the author's body where the warning meets it, else the warning's own."""
    own = actor.organisation.region_id if actor.organisation else ""
    return own if own in warning.counties else warning.region_code


def _places(warning: "IncomingWarning", region: str) -> NewPlaces:
    """The units that the sender names, so that one for a town is told in that town; else the polygon where it is one piece, the
    counties where there are more.
    """
    if named := [code for code in warning.units if governs(region, code[:COUNTY_DIGITS])]:
        return NewPlaces(units=named)
    rings = outward(shapely.geometry.shape(warning.shape))
    if len(rings) == 1 and region == warning.region_code and not warning.units:
        return NewPlaces(polygon=" ".join(f"{lat},{lon}" for lat, lon in rings[0]))
    return NewPlaces(units=[region] if len(region) == 6 and not region.endswith("00") else list(warning.counties))


def _texts(warning: "IncomingWarning", region: str) -> dict[str, str]:
    """The sender's words in each language that it speaks, policy's in the gaps."""
    area = all_regions().get(code=region)
    words = first_words(region, warning.kind, warning.level, area_zh=area.name_zh, area_en=area.name_en)
    for language in ("zh", "en"):
        for field in FIELDS:
            said = warning.texts.get(language, {}).get(field, "").strip()
            if said:
                words[f"{field}_{language}"] = said[:160] if field == "headline" else said
    return words
