"""Notices and their sendings: written each once, by the ways to a person or a body, upward where nobody is found."""
