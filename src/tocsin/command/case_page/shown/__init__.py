"""The list and the page of cases in words, and what other screens show of a case."""
