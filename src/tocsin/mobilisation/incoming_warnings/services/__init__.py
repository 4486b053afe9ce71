"""Messages are asked for or pushed, judged, kept, and become warnings."""
