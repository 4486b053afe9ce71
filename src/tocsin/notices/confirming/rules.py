"""What the codes are for."""

from typing import Final

CODE: Final = "contact_code"
