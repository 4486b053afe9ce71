"""The handbook: a chapter for each kind of user, in both languages, read inside the product."""
