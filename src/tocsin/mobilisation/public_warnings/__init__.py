"""Warnings to the public: drafted, signed, sent, read; and those of other services that come in."""
