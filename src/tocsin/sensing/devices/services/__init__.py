"""Everything that is written about devices and sensors. Keyword-only, rights checked, in one transaction with its audit entry."""
