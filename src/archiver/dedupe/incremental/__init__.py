"""Resolution of only those cards that a change can reach."""
