"""Taking devices in: many at once from a table, or each by itself with a key for enrolment."""
