"""Certificates by which devices prove who they are (X.509, RFC 5280): pinned, issued by the city, or of a maker's authority."""
