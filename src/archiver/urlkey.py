"""The identity key of a permalink: the URL without what does not distinguish posts.

A resolved URL comes in; a key goes out. Two URLs with one key differ in spelling only. A text that is no URL
is its own key. The front page of any host has the empty key: a link to it identifies no post.
"""

import re
import unicodedata
from urllib.parse import unquote, urlsplit

_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_cid|mc_eid|igshid|spm|ref_src)$")
_INDEX = re.compile(r"/(?:(?:index|default)\.(?:html?|php|aspx?|jsp))?$", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")


def url_key(url: str | None) -> str:
    """Return the identity key of a URL; the empty key for a front page or no URL.

    Ignored: the scheme, `www.`, the port, the letter case of the host, percent-encoding, `index.html`, the
    last slash, campaign parameters, the order of parameters, and a fragment other than `#!` and `#/`.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # no URL: it can still be equal to another text
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


def host_of(url: str) -> str:
    """Return the host of a URL without `www.`; empty where it has none."""
    return url.partition("://")[2].partition("/")[0].partition(":")[0].casefold().removeprefix("www.")
