"""JSON as pages and feeds write it: control characters in strings, endless numbers, lone surrogates.

Text comes in, values go out. What is broken is None. `DECODER` is for callers that look for several values in
one text: it raises `ValueError`, and `RecursionError` where values are nested too deep.
"""

import json

_MAX_DIGITS = 100  # Python refuses to read numbers of thousands of digits, and none means anything here
DECODER = json.JSONDecoder(
    strict=False, parse_int=lambda digits: int(digits) if len(digits) < _MAX_DIGITS else digits
)


def read_json(text: str) -> object:
    """Return the value that a text is, or None where the text is broken."""
    try:
        value: object = DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    return value
