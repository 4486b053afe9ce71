"""Inspections, hidden dangers, check lists, draws, legal documents and signs of gaming."""
