"""What a person is called whose data were deleted."""

from typing import Final

PSEUDONYM: Final = "former-"
"""Before the last digits of the account's id."""
