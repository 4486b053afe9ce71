"""The causes with their signs, and the checks that decide between them."""
