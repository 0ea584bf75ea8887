"""Bytes as received to text: content codings, charsets, limits."""
