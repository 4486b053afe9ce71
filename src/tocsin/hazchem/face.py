"""What other capabilities may use of hazardous chemicals: what releases would do, for warnings; watchers of permits."""

from tocsin.hazchem.permits.services.clocks import warn_of_watchers_away
from tocsin.hazchem.releases.queries.estimates import visible_estimates

__all__ = ["visible_estimates", "warn_of_watchers_away"]
