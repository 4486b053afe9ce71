"""Sources of frames, models and text in pictures for programs."""
