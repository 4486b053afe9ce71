"""What a request came to, records as others write them, and the signature under what is sent. Pure."""
