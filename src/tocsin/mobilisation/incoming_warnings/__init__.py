"""Warnings of other services: taken in as CAP, judged, joined to whom they concern, answered."""
