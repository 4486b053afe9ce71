"""Early signs written: told and seen, judged, and their budget kept."""
