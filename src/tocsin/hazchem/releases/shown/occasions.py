"""An estimate as those in its area are told of it, and as a warning is drafted from it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from tocsin.atlas.face import Occasion
from tocsin.engine.consequences.weather import is_calm
from tocsin.hazchem.releases.policy.substances import both_names
from tocsin.hazchem.releases.queries.estimates import answer_of_row, visible_estimates
from tocsin.hazchem.releases.queries.surroundings import half_degrees, warned_zone
from tocsin.notices.messages.rules.subjects import Subject
from tocsin.screens.words import direction, in_language

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.hazchem.releases.models import ReleaseEstimate
    from tocsin.jurisdiction.face import Person

KIND = "release"
LEVEL = 3  # of what is told: as orange, until a case says otherwise


@dataclass(frozen=True)
class WarnedArea:
    """The area of a warning: a sector of a cloud (`towards_deg`, `half_angle_deg`), or a circle where these are None."""

    lon: float
    lat: float
    reach_m: float
    towards_deg: float | None
    half_angle_deg: float | None


def release_that_endangers(user: "Person", release_estimate_id: "UUID") -> Occasion:
    """An estimate as bodies in its area are told of it; DoesNotExist for one that the user may not see."""
    row = visible_estimates(user).get(pk=release_estimate_id)
    return Occasion(
        Subject(KIND, row.pk, row.title[:40], row.region_code, LEVEL),
        reverse("release_estimate", args=[row.pk]),
        words=what_to_do(row),
        place=(row.lon, row.lat),
    )


def what_to_do(row: "ReleaseEstimate") -> str:
    """What people in its area are told, in the reader's language: of a cloud whither to go and when to stay inside."""
    if not travels(row):
        return _(
            "%(firm)s: fire or explosion of %(substance)s is possible. Keep away, leave the neighbourhood, no open windows."
        ) % {
            "firm": row.object.name,
            "substance": substance_name(row),
        }
    if in_calm(row):
        return _(
            "%(firm)s: %(substance)s may escape; there is hardly any wind, it spreads to all sides. Outdoors go straight away "
            "from the plant. Indoors stay there: close windows and doors, switch off ventilation, wait for news."
        ) % {"firm": row.object.name, "substance": substance_name(row)}
    towards = (row.wind_from_degrees + 180) % 360
    figures = {
        "firm": row.object.name,
        "substance": substance_name(row),
        "towards": direction(towards),
        "one": direction(towards - 90),
        "other": direction(towards + 90),
    }
    words = _(
        "%(firm)s: %(substance)s may escape, the wind carries it to the %(towards)s. Outdoors leave across the wind, to the "
        "%(one)s or the %(other)s. Indoors stay there: close windows and doors, switch off ventilation, wait for news."
    )
    return words % figures


def substance_name(row: "ReleaseEstimate") -> str:
    """In the reader's language, as the answer keeps the English one."""
    return in_language(both_names(row.substance))


def travels(row: "ReleaseEstimate") -> bool:
    """Whether it is a cloud that the wind carries."""
    zone = warned_zone(answer_of_row(row))
    return zone is not None and zone.kind == "fan"


def in_calm(row: "ReleaseEstimate") -> bool:
    """Whether so little wind was reckoned with that the direction tells nothing."""
    return is_calm(float(row.case["weather"]["wind_m_s"]))


def warned_area(row: "ReleaseEstimate") -> WarnedArea | None:
    """For the draft of a warning; None where nothing reaches anywhere."""
    answer = answer_of_row(row)
    zone = warned_zone(answer)
    if zone is None:
        return None
    if zone.kind != "fan" or in_calm(row):
        return WarnedArea(row.lon, row.lat, zone.farthest_m, None, None)
    return WarnedArea(row.lon, row.lat, zone.farthest_m, (row.wind_from_degrees + 180) % 360, half_degrees(row, zone))


def words_in(row: "ReleaseEstimate", language: str) -> str:
    """The same words in one language: a warning has both."""
    with override(language):
        return what_to_do(row)
