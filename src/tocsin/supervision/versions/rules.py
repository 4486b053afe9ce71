"""Names of versions."""

SHIPPED = "shipped"
