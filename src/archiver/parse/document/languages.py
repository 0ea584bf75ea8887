"""The language of one card, as its element says it.

In: a language tag as written, and the page's own. Out: the tag, or None. Refuses what is no tag (BCP 47), and
what says no more than the page does. The one surprise: "en" on a page in "en-GB" says nothing, "en-GB" on a
page in "en" does.
"""

import re

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,6}")


def own_language(said: str | None, page: str | None) -> str | None:
    """The language *said*, where it is another than the *page*'s."""
    if not said or not _TAG.fullmatch(said):
        return None
    return None if f"{page or ''}-".lower().startswith(f"{said.lower()}-") else said
