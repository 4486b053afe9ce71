"""Firms' installations: units, equipment, points, and the major hazards they are."""
