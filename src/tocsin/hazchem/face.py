"""What other capabilities may use of hazardous chemicals: what releases would do, for warnings."""

from tocsin.hazchem.releases.queries.estimates import visible_estimates

__all__ = ["visible_estimates"]
