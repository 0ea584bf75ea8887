"""The signals that speak for or against one post, and the verdict that they make up."""

import math
from typing import NamedTuple

CONTRADICTION = -6.0
"""A signal of this weight or below says by itself that two cards are two posts."""

COUNTER = "only a number changed"


class Signal(NamedTuple):
    """One thing that speaks for or against, its weight in log odds, and the value that it rests on."""

    name: str
    weight: float
    value: str | float = ""

    @property
    def value_text(self) -> str:
        """The value as it is shown; empty when there is none to tell."""
        return f"{self.value:.1f}" if isinstance(self.value, float) else self.value

    def __str__(self) -> str:
        return f"{self.name}{f' ({self.value_text})' if self.value else ''}: {self.weight:+.1f}"


class Verdict(NamedTuple):
    """Log odds that two cards show one post, with the signals that make them up.

    `text` is the part of the odds that rests on the texts alone; `whole`: the texts are equal or one is a cut
    of the other. `of_texts` are the signals of the texts by themselves, whatever else is known.
    """

    odds: float
    signals: tuple[Signal, ...]
    text: float
    whole: bool
    of_texts: tuple[Signal, ...]

    @property
    def score(self) -> float:
        """The odds as 0 to 100; 50 where nothing speaks for either side."""
        return score_of(self.odds)

    @property
    def text_alike(self) -> bool:
        """Whether the texts alone speak for one post."""
        return self.text > 0

    @property
    def counted(self) -> bool:
        """Whether what differs was taken for a counter (views, comments)."""
        return any(s.name == COUNTER for s in self.signals)

    @property
    def likeness(self) -> float:
        """What the texts alone say when the number that differs is set aside: positive for a template's."""
        return self.text - sum(s.weight for s in self.signals if s.name == "number")

    @property
    def contradicted(self) -> bool:
        """Whether a single signal says that these are two posts: more than that their texts are unlike."""
        return any(s.weight <= CONTRADICTION for s in self.signals)


def score_of(odds: float) -> float:
    """Log odds as a score of 0 to 100."""
    return round(100 / (1 + math.exp(-odds)), 2)
