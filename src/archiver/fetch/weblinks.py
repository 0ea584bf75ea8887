"""Links in headers and in link-format documents (RFC 8288; RFC 6690, section 2): text in, links out.

Targets are given as written. Commas and semicolons may stand within `<>` and within quotes. What has no form
is passed over up to the next link.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TARGET = re.compile(r"[\s,]*<([^<>]*)>")
_PARAMETER = re.compile(r"""\s*;\s*([\w!#$&+.^`|~*-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"<]*)))?""")


class WebLink(NamedTuple):
    """A link: its target, its relations in lower case, and its parameters by their names in lower case."""

    target: str
    relations: frozenset[str]
    parameters: dict[str, str]


def parse_links(text: str) -> Iterator[WebLink]:
    """Yield the links of a text, in order. Takes linear time."""
    position = 0
    while (start := text.find("<", position)) >= 0:
        found = _TARGET.match(text, start)
        if not found:
            position = start + 1
            continue
        parameters: dict[str, str] = {}
        position = found.end()
        while parameter := _PARAMETER.match(text, position):
            name, quoted, plain = parameter.groups()
            value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain or ""
            parameters.setdefault(name.lower(), value)  # only the first of a name counts
            position = parameter.end()
        relations = frozenset(parameters.get("rel", "").lower().split())
        yield WebLink(found[1].strip(), relations, parameters)
