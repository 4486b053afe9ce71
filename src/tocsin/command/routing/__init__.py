"""Whom a case concerns, and as what; what each of them is told of it, and of duty rosters and key posts."""
