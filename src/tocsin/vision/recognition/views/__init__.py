"""Pages of sources of frames and of models."""
