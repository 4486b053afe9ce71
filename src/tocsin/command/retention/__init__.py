"""Cases, drills and shifts at the end of their time: what goes with them, what holds them back."""
