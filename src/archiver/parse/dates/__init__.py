"""Printed dates in the forms of any locale."""
