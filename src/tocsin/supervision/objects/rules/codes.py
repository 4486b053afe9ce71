"""Where the pages behind scanned codes lie."""

from typing import Final

PREFIX: Final = "/q/"
"""Short, so that the pattern of a sign stays coarse and is read from far away."""
