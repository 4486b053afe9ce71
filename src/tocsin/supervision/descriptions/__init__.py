"""Words for people about supervision, by subject."""
