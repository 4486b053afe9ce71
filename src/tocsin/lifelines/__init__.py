"""Networks of gas, heat, water, drainage, power and telecom: assets, owners, adjacency."""
