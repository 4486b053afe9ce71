"""Certificates and rosters of key people as tables."""
