"""Meters of firms: what hangs on each, who shares it, and what hung there at which time."""
