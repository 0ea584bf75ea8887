"""The language of one card, as its element declares it.

A language tag as written comes in, with the page's own; the card's language goes out, or None. What is not a
tag (BCP 47) does not count, nor does a tag that is no more specific than the page's: "en" on a page in
"en-GB" is None, "en-GB" on a page in "en" is not.
"""

import re

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,6}")


def own_language(tag: str | None, page: str | None) -> str | None:
    """Return the language *tag* where it differs from the *page*'s."""
    if not tag or not _TAG.fullmatch(tag):
        return None
    return None if f"{page or ''}-".lower().startswith(f"{tag.lower()}-") else tag
