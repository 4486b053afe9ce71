"""Pages of cases: the list, one case, and what persons do there."""
