"""The identity key of a permalink: an address reduced to what tells posts apart.

In: an address as it was resolved. Out: a key; equal keys mean that nothing but the spelling differs. Refuses
nothing: what is no address is its own key. The one surprise: the front page of any host has the empty key,
since a card that links to it says nothing of the post.
"""

import re
import unicodedata
from urllib.parse import unquote, urlsplit

_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_cid|mc_eid|igshid|spm|ref_src)$")
_INDEX = re.compile(r"/(?:(?:index|default)\.(?:html?|php|aspx?|jsp))?$", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")


def url_key(url: str | None) -> str:
    """What is left of an address when its spelling is set aside.

    Scheme, `www.`, port, letter case of the host, percent-encoding, `index.html`, the last slash, a fragment
    (other than `#!` and `#/`) and campaign parameters do not tell posts apart; the rest of the query does. An
    address without a path, query or such a fragment tells nothing and has the empty key.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # not an address at all: it can still be equal to another
        return url.strip()
    path = unicodedata.normalize("NFC", _SLASHES.sub("/", _INDEX.sub("", unquote(parts.path))).rstrip("/"))
    kept = (
        q for q in sorted(parts.query.split("&")) if q and not _TRACKING.match(q.partition("=")[0].lower())
    )
    query = "&".join(kept)
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    if not (path or query or fragment):
        return ""
    return f"{host}{path}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
