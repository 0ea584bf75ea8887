"""Bytes as received to text: the kind of a payload, content codings, charsets, limits."""
