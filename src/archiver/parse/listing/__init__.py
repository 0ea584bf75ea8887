"""Choosing the cards of a page among its groups of repeated elements."""
