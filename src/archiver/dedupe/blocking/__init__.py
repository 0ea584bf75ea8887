"""Blocking: the few pairs of cards that are worth comparing."""
