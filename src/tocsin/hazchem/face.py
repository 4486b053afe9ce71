"""What other capabilities may use of hazardous chemicals: what releases would do; watchers."""

from tocsin.hazchem.installations.models import PlantEquipment
from tocsin.hazchem.permits.services.clocks import warn_of_watchers_away
from tocsin.hazchem.positions.queries.sight import FirmPlace
from tocsin.hazchem.releases.models import ReleaseEstimate
from tocsin.hazchem.releases.policy.leaving import leaving_policy
from tocsin.hazchem.releases.queries.estimates import answer_of_row, visible_estimates
from tocsin.hazchem.releases.queries.subjects import Followed, ReleaseSubject, equipment_at, estimates_of_subject
from tocsin.hazchem.releases.queries.surroundings import goods_asked, warned_zone
from tocsin.hazchem.releases.services.estimating import take_over
from tocsin.hazchem.releases.shown.estimates import ReleaseOut, describe_estimate
from tocsin.hazchem.releases.shown.occasions import WarnedArea, warned_area, words_in
from tocsin.hazchem.releases.shown.proposals import ReleaseProposalsOut, describe_proposals

__all__ = [
    "FirmPlace",
    "Followed",
    "PlantEquipment",
    "ReleaseEstimate",
    "ReleaseOut",
    "ReleaseProposalsOut",
    "ReleaseSubject",
    "WarnedArea",
    "answer_of_row",
    "describe_estimate",
    "describe_proposals",
    "equipment_at",
    "estimates_of_subject",
    "goods_asked",
    "leaving_policy",
    "take_over",
    "visible_estimates",
    "warn_of_watchers_away",
    "warned_area",
    "warned_zone",
    "words_in",
]
