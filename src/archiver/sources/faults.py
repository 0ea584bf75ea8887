"""What did not fit in a file of card records: counted by kind, with the first examples of each.

A file of a million rows may have a million faults of three kinds; three lines say it. In memory are the
kinds, as many as there are messages, and three examples of each.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archiver.cardrow import shown_value

EXAMPLES = 3
MAX_IGNORED = 100
"""Different names of ignored fields that are counted."""


@dataclass(slots=True)
class _Kind:
    """Faults of one kind: how many, the first line, and examples."""

    line: int
    count: int = 0
    examples: list[str] = field(default_factory=list)


class RowFaults:
    """Collects the faults of one file."""

    def __init__(self) -> None:
        self._kinds: dict[str, _Kind] = {}
        self._ignored: dict[str, None] = {}

    def add(self, line: int, kind: str, value: str = "") -> None:
        """Note a fault of a row: the line that it begins on, the kind, and the value that does not fit."""
        found = self._kinds.setdefault(kind, _Kind(line))
        found.count += 1
        if len(found.examples) < EXAMPLES:
            found.examples.append(f"{value} in line {line}" if value else f"line {line}")

    def ignore(self, names: Iterable[str]) -> None:
        """Note fields that are not read."""
        for name in names:
            if len(self._ignored) < MAX_IGNORED:
                self._ignored[shown_value(name)] = None

    def ignored(self) -> str:
        """Return how many fields were not read, and the first of them; empty where there are none."""
        if not self._ignored:
            return ""
        names = ", ".join(list(self._ignored)[:EXAMPLES])
        many = f"at least {MAX_IGNORED}" if len(self._ignored) == MAX_IGNORED else str(len(self._ignored))
        return f"{many} (such as {names})" if len(self._ignored) > EXAMPLES else names

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield a line for each kind, in the order in which they came, with the line of its first fault."""
        for kind, found in self._kinds.items():
            rows = f"{found.count:,} rows, such as " if found.count > 1 else ""
            yield found.line, f"{kind}: {rows}{', '.join(found.examples)}"
