"""What other capabilities may use of hazardous chemicals: what releases would do, for warnings."""

from tocsin.hazchem.releases.queries.estimates import visible_estimates
from tocsin.hazchem.releases.shown.occasions import WarnedArea, warned_area, words_in

__all__ = ["WarnedArea", "visible_estimates", "warned_area", "words_in"]
