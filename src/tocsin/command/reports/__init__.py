"""Reports upward as the law asks for them: written, signed, sent, acknowledged."""
