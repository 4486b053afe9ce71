"""When deliveries are late, what reading may cost, and what departments typically share."""
