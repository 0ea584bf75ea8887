"""Text for XML 1.0: a text of any characters comes in, what may stand in an element or an attribute goes out.

Characters that XML cannot hold, not even escaped (https://www.w3.org/TR/xml/#charsets), become U+FFFD.
"""

import re

_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(text: str) -> str:
    """Return a text as the content of an element."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if escaped.isprintable():  # as nearly all are; a twentieth of the time of the pattern
        return escaped
    return _FORBIDDEN.sub("\ufffd", escaped).replace("\r", "&#13;")


def attribute(text: str) -> str:
    """Return a text as the value of an attribute, to be put into double quotes."""
    escaped = element(text).replace('"', "&quot;")
    return escaped if escaped.isprintable() else escaped.replace("\n", "&#10;").replace("\t", "&#9;")
