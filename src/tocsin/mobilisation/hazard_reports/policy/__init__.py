"""Policy of reports by the public."""
