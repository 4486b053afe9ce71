"""What a person reads of a page."""

import re


def words_of(page: bytes | str) -> list[str]:
    """Its words, without tags and so without the tokens, nonces and addresses in them: here a short word is told or not."""
    text = page.decode() if isinstance(page, bytes) else page
    return re.findall(r"[^\s,;:()]+", re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL))
