"""Names under which people inside are told of public warnings."""

from typing import Final

PUBLIC_WARNING: Final = "public_warning"
ASKED_AS: Final = "second_person"
AUTHOR_AS: Final = "warning_author"
KNOCKS_AS: Final = "knocks_on_doors"
