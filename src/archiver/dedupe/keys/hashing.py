"""The keys of cards as numbers that are the same in every run: a kind of key and a value in, 63 bits out."""

import hashlib


def hashed_key(field: str, key: str) -> int:
    """Hash the value of a field to a number of 63 bits, the same in every run; 0 for the empty value."""
    if not key:
        return 0
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, person=field.encode())
    return int.from_bytes(digest.digest(), "little") >> 1  # what an integer of SQLite holds
