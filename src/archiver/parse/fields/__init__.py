"""The fields of one card."""
