"""Estimate what the signals of deduplication weigh from labelled histories, and write it into the package.

    python benchmarks/weights.py FOLDER [--write]

The labelled histories of FOLDER are those of `histories.py`. Those of `corpora` are taken whole, without
URLs, and as titles alone.

A pair that is weighed is a row: how strongly each signal speaks, and whether the two are one post. The
weights are those of a logistic regression on all rows, a site as much as another with as many rows. A penalty
on the squares of the changes pulls each weight to what the package has, and none changes its sign: what few
pairs bear on stays as it is. What is a sum or rests on others is not estimated (`NOT_ESTIMATED`). Prints the
weights before and after, and, for several penalties, the loss and the errors of pairs of sites whose fold had
no part in the estimate. --write writes the weights of PENALTY.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from histories import History, histories, told
from lives import without
from numpy.typing import NDArray
from scipy.optimize import minimize

from archiver.dedupe.clustering.resolve import resolve
from archiver.dedupe.evidence import weights as package
from archiver.dedupe.evidence.signals import MatchWeight, Signal, log_odds
from archiver.dedupe.evidence.weights import WEIGHTS
from archiver.dedupe.rules import Rules

PENALTY = 30.0
PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0)
FOLDS = 5
NOT_ESTIMATED = frozenset(
    {
        Signal.TEXT_EDITED,
        Signal.TEXTS_PART,
        Signal.REWRITTEN_TEXT,
        Signal.TITLE_AND_TEXT,
        Signal.REWRITTEN,
        Signal.NUMBER,
    }
)
"""Signals whose weight is a sum, or rests on those of others; and one that stays (docs/adr/0066)."""
TITLES_ALONE = ("url", "excerpt", "date", "author", "categories", "tags")
VARIANTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "corpora": ((), ("url",), TITLES_ALONE),
    "corpora-text": ((),),
    "corpora-posts": ((),),
    "lives": ((), ("url",)),
}
"""For each kind of history, the fields that are left out."""

Floats = NDArray[np.float64]


class Row(NamedTuple):
    """A pair: how strongly each signal speaks, what is not estimated, and whether it is one post."""

    site: str
    strengths: dict[str, float]
    rest: float
    same: bool


def rows_of(job: tuple[History, tuple[str, ...]]) -> list[Row]:
    """The weighed pairs of a history without some fields."""
    history, fields = job
    cards, sightings, posts = history.cards, history.sightings, history.posts
    if fields:
        post_at = {(s.capture, s.position): posts[s.card] for s in sightings if s.card in posts}
        cards, sightings = without(history, fields)
        posts = told(sightings, post_at)
    found = resolve(cards, sightings, Rules(), [])
    rows = []
    for (a, b), verdict in found.context.verdicts.items():
        one, two = posts.get(found.ids[a]), posts.get(found.ids[b])
        if one is None or two is None:
            continue
        strengths: dict[str, float] = defaultdict(float)
        rest = 0.0
        for weight in verdict.match_weights:
            if weight.signal in NOT_ESTIMATED:
                rest += weight.weight
            else:
                name = name_of(weight)
                strengths[name] += weight.weight / getattr(WEIGHTS, name)
        rows.append(Row(history.site, dict(strengths), rest, one == two))
    return rows


SEVERAL = {
    Signal.SAME_CAPTURE: ("same_capture", "repeated_on_capture", "cut_on_capture", "in_two_boxes"),
    Signal.SIBLING: ("sibling_edit", "sibling_same"),
    Signal.SHARED_URL: ("url_of_two_posts", "url_of_few_posts"),
    Signal.SAME_TITLE: ("same_title_of_date_most",),
}
"""Signals that have one of several weights: that which a pair has is told by its value."""


def name_of(weight: MatchWeight) -> str:
    """The name of the weight that bounds a match weight."""
    for name in SEVERAL.get(weight.signal, ()):
        if weight.weight == getattr(WEIGHTS, name):
            return name
    return weight.signal.bound


class Table:
    """Rows as arrays: a column for each weight."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.names = sorted({name for row in rows for name in row.strengths})
        column = {name: n for n, name in enumerate(self.names)}
        self.strengths = np.zeros((len(rows), len(self.names)))
        for n, row in enumerate(rows):
            for name, strength in row.strengths.items():
                self.strengths[n, column[name]] = strength
        self.rest = np.array([row.rest for row in rows])
        self.same = np.array([row.same for row in rows])
        sites = Counter(row.site for row in rows)
        self.importance = np.array([sites[row.site] ** -0.5 for row in rows])
        fold = {site: n % FOLDS for n, site in enumerate(sorted(sites))}
        self.folds = np.array([fold[row.site] for row in rows])
        self.before = np.array([getattr(WEIGHTS, name) for name in self.names])

    def losses(self, weights: Floats, some: NDArray[np.bool_]) -> tuple[float, float]:
        """The loss and the errors of some rows, at the threshold of the package."""
        odds = self.strengths[some] @ weights + self.rest[some]
        same, importance = self.same[some], self.importance[some]
        loss = importance @ np.logaddexp(0, np.where(same, -odds, odds))
        return float(loss), float(importance @ ((odds >= log_odds(Rules().threshold)) != same))

    def fitted(self, some: NDArray[np.bool_], penalty: float) -> Floats:
        """The weights that fit some of the rows."""
        strengths, rest = self.strengths[some], self.rest[some]
        same, importance = self.same[some], self.importance[some]

        def loss(weights: Floats) -> tuple[float, Floats]:
            odds = strengths @ weights + rest
            change = weights - self.before
            total = importance @ np.logaddexp(0, np.where(same, -odds, odds)) + penalty * change @ change / 2
            slope = strengths.T @ (importance * (1 / (1 + np.exp(-odds)) - same)) + penalty * change
            return float(total), slope

        signs = [(0, None) if weight > 0 else (None, 0) for weight in self.before]
        found: Floats = minimize(loss, self.before, jac=True, method="L-BFGS-B", bounds=signs).x
        return found


def report(table: Table) -> None:
    """Print how pairs of held-out sites fare, before and after."""
    everything = np.ones(len(table.rest), bool)
    print(f"{'penalty':>10} {'loss':>8} {'errors':>8}   (pairs of sites that had no part in the estimate)")
    print(
        f"{'as it is':>10} " + " ".join(f"{value:8.1f}" for value in table.losses(table.before, everything))
    )
    for penalty in PENALTIES:
        parts = [
            table.losses(table.fitted(table.folds != fold, penalty), table.folds == fold)
            for fold in range(FOLDS)
        ]
        print(f"{penalty:10.0f} " + " ".join(f"{value:8.1f}" for value in np.sum(parts, 0)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    options = parser.parse_args()
    known = list(histories(options.folder))
    jobs: list[tuple[Any, tuple[str, ...]]] = [(h, fields) for h in known for fields in VARIANTS[h.kind]]
    with ProcessPoolExecutor() as pool:
        table = Table(list(chain.from_iterable(pool.map(rows_of, jobs))))
    report(table)
    after = table.fitted(np.ones(len(table.rest), bool), PENALTY)
    print(f"\n{'weight':28} {'before':>8} {'after':>8} {'same':>8}")
    for name, before, now, strengths in zip(table.names, table.before, after, table.strengths.T, strict=True):
        bears = table.importance * (strengths != 0)
        print(f"{name:28} {before:8.2f} {now:8.2f} {bears @ table.same / bears.sum():8.2f}")
    if options.write:
        file = Path(package.__file__).with_name("weights.json")
        stored = json.loads(file.read_text("utf-8"))
        stored["weights"] |= {n: round(float(w), 1) for n, w in zip(table.names, after, strict=True)}
        kinds = Counter(h.kind for h in known)
        stored["data"] = (
            f"{len(table.rest)} pairs of {', '.join(f'{n} of {kind}' for kind, n in kinds.items())};"
            f" penalty {PENALTY:g} on changes"
        )
        file.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
