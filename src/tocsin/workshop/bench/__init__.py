"""Benches: each prints its own figures."""
