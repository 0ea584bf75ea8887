"""A stream for libraries that write to a file, whose bytes are taken out piece by piece."""

from io import RawIOBase


class WrittenStream(RawIOBase):
    """Keeps what was written to it until it is taken; it cannot be sought in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """Say that the stream takes bytes."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Keep some bytes."""
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """Return what was written since this was last called."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
