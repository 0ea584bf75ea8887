"""The evidence for and against a pair of cards, as match weights."""
