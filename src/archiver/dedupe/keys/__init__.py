"""Cards reduced to the keys that are compared."""
