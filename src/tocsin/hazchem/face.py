"""What other capabilities may use of hazardous chemicals: what releases would do, for warnings; who is at a firm; watchers."""

from tocsin.hazchem.permits.services.clocks import warn_of_watchers_away
from tocsin.hazchem.positions.queries.sight import FirmPlace
from tocsin.hazchem.positions.queries.tags import people_present
from tocsin.hazchem.releases.queries.estimates import visible_estimates

__all__ = ["FirmPlace", "people_present", "visible_estimates", "warn_of_watchers_away"]
