"""How often answers are right on folders whose truth is known."""
