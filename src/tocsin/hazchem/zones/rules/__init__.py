"""What a zone is and what it asks for. Values in, InvalidInput out."""
