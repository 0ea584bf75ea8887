"""Incremental deduplication: only those cards are resolved that a change can reach."""
