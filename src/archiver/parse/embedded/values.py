"""The JSON values in the scripts and attributes of a page. No script is run.

A tree comes in; decoded values go out, in the order of JSON-LD, scripts, attributes. A script is searched for
values that are assigned (`window.__STATE__ = {...}`) or are an argument (`JSON.parse("{...}")`). Each
character is decoded once, so that the time grows with the length of the page alone.
"""

import re
from collections.abc import Iterator

from archiver.parse.document.jsontext import DECODER, read_json
from archiver.parse.document.tree import Tree

_START = re.compile(r"""(?:\A|[=(])\s*(?:(?=[\[{]\s*["\[{])|(?=["']\s*[\[{]))""")
"""What stands before a value: the start of the script, an assignment or a bracket."""
_LITERAL = re.compile(r"""(["'])((?:(?!\1)[^\\]|\\.)*+)\1""", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\n": ""}
_LEAST = 100
"""Characters: a shorter attribute holds no list of cards."""
_MOST = 5_000_000
"""Characters of one page that are decoded."""
_MOST_STARTS = 1000
"""Places of one script where a value is looked for: Python counts the lines before each broken one."""


def embedded_values(tree: Tree) -> Iterator[object]:
    """Yield the JSON values that a page carries."""
    left = _MOST
    for text in _texts(tree):
        if len(text) <= left:
            left -= len(text)
            yield from _values(text)


def _texts(tree: Tree) -> Iterator[str]:
    """Yield the texts that may hold values."""
    yield from tree.data
    yield from tree.scripts
    for attributes in tree.attributes:
        for value in attributes.values():
            if value and len(value) >= _LEAST and value.lstrip()[:1] in ("{", "["):
                yield value


def _values(text: str) -> Iterator[object]:
    """Yield the objects and lists in a script, or in a text that is JSON."""
    at = 0
    for _ in range(_MOST_STARTS):
        start = _START.search(text, at)
        if not start:
            return
        at = start.end()
        try:
            if text[at] in "{[":
                value, at = DECODER.raw_decode(text, at)
                yield value
            elif literal := _LITERAL.match(text, at):
                at = literal.end()
                yield read_json(_ESCAPE.sub(_unescaped, literal[2]))
        except ValueError as error:  # go on where the decoder gave up
            at = max(at + 1, getattr(error, "pos", 0))
        except RecursionError:
            return


def _unescaped(escape: re.Match[str]) -> str:
    """Return the character that an escape in a literal of a script stands for."""
    digits = escape[1] or escape[2]
    return chr(int(digits, 16)) if digits else _CONTROLS.get(escape[3], escape[3])
