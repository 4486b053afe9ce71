"""Hazards that the public reports (隐患举报): taken in, acknowledged by a signed receipt, handled within clocks, answered."""
