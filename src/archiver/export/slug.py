"""Words of a text as a part of a file's name or URL: letters and digits of any script, joined by hyphens."""

import unicodedata

MAX_BYTES = 80
"""Bytes in UTF-8: a name of a date, a slug and an id fits into the 143 of an encrypted file system."""


def slug_of(text: str) -> str:
    """Return the slug of a text; "" where it has no letters or digits.

    No slug holds a separator of paths, a dot, white space, a control or an invisible character.
    """
    text = unicodedata.normalize("NFC", text[:MAX_BYTES].casefold())
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text)
    words = "-".join(kept.split())
    return words.encode()[:MAX_BYTES].decode(errors="ignore").rstrip("-")
