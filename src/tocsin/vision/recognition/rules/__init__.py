"""What sources of frames and models are, without a database."""
