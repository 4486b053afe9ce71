"""Rules of knocking on doors."""
