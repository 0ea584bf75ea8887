"""Fit the model of `archiver.parse.listing` to labelled pages, and write it into the package.

    python benchmarks/train.py FOLDER [--each]

FOLDER is that of `reading.py`; the pages of the tests are learned from, too. For each page, the groups
that the parser would rate are compared with the labelled cards. The weights are those that make a right group
the likeliest of its page, or none where a page lists nothing: a conditional logit (McFadden 1974) with a
penalty on the squares of the weights, fitted by L-BFGS. A site counts as much as another with as many pages.

Six models are fitted: one to all pages, which the package gets, and for each fold one to the pages of the
others, which `models.json` beside this file gets: `reading.py` reads the pages of a fold with its model, so
that no figure is of a page that its model was fitted to. The threshold of all is the lowest at which nearly
all other pages stay without a list, each decided by the model of its fold. Prints how much of the lists is
right, and how many other pages stay without one, so decided, of the folds that may be looked at and of those
that are held out. --each prints what each feature is worth: by how much the mean loss of a page grows without
it, on the folds that may be looked at.
"""

import argparse
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from reading import FOLDS, LOOKED_AT, MODELS, domain, labelled, payload_of, use_tools
from scipy.optimize import minimize

from archiver.parse.html import evidence_of, read_document
from archiver.parse.listing import model as listing_model
from archiver.parse.listing.candidates import best_scored
from archiver.parse.listing.features import group_features, page_facts
from archiver.parse.listing.score import Evidence, Group
from archiver.parse.payload.encoding import decode

PENALTY = 3.0
"""Weight of half the sum of the squared weights, of features with deviation 1. 1 and 12 do as well."""
RIGHT = 0.4
"""The least likeness of the best group of a page with the labelled cards for the page to be learned from."""
AS_RIGHT = 0.03
"""Likeness that groups may lack to be as right as the best of their page."""
THRESHOLDS = np.arange(-3, 3.01, 0.1).round(1).tolist()
CLEAN = 0.97
"""Share of the pages without a list, over sites, that must be decided so."""
SURE = 1e-4
"""The least probability of what is right that is counted: one page must not outweigh all others."""

ALL = frozenset(range(FOLDS))
FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures" / "pages"
FITTED_PAGES = Path(__file__).with_name("fitted_pages.txt")

Floats = NDArray[np.float64]
Tools = tuple[Any, Any]


class Sample(NamedTuple):
    """A page: the features of its groups, a row each, and how like each is to the labelled cards."""

    kind: str
    site: str
    fold: int
    lists: bool
    rows: Floats
    likeness: Floats


def likeness(tools: Tools, truth: dict[str, Any], evidence: Evidence, group: Group) -> float:
    """How like a group is to the labelled cards of its page, from 0 to 1."""
    score_web, score_wild = tools
    if "expect" in truth and not truth["records"]:
        return 0.0
    urls = [evidence.links.url[m.row] for m in group.members]
    if truth.get("gold") == "records":
        return likeness_to_records(score_web, truth["records"], evidence, group)
    key, cards = (
        (score_web.link, truth["records"]) if "expect" in truth else (score_wild.norm_url, truth["cards"])
    )
    right, found = {key(card["url"]) for card in cards if card["url"]}, {key(url) for url in urls}
    return 2 * len(right & found) / (len(right) + len(found))


def likeness_to_records(
    score_web: Any, records: list[dict[str, Any]], evidence: Evidence, group: Group
) -> float:
    """How many of the records a group has. They leave rows out: a third of its members is enough."""
    tails = [score_web.tail(evidence.links.url[m.row]) for m in group.members]
    texts = [set(score_web.words(evidence.tree.join(m.text_start, m.text_end))) for m in group.members]
    left, hits = dict.fromkeys(range(len(tails))), 0
    for record in records:
        tail, name = score_web.tail(record["url"]), set(score_web.words(record["title"]))
        alike = max(2, 0.8 * len(name))
        hit = next((i for i in left if len(tail) > 3 and tails[i] == tail), None)
        if hit is None and name:
            hit = next((i for i in left if len(name & texts[i]) >= alike), None)
        if hit is not None:
            del left[hit]
            hits += 1
    return hits / len(records) * (0.5 + 0.5 * min(1.0, 3 * hits / len(tails)))


def sample(job: tuple[Path, dict[str, Any]]) -> Sample:
    """The features and the likeness of the groups of one page."""
    folder, truth = job
    use_tools(str(folder / "tools"))
    import score_web  # noqa: PLC0415
    import score_wild  # noqa: PLC0415

    url = truth["_url"]
    evidence = evidence_of(read_document(decode(payload_of(truth), "", xml=False, url=url).text, url))
    lists = "none" not in (truth.get("expect"), truth.get("class"))
    groups, page = best_scored(evidence)[0], page_facts(evidence)
    return Sample(
        kind=truth["_kind"],
        site=truth.get("_site") or domain(url),
        fold=truth["_fold"],
        lists=lists,
        rows=np.array([list(group_features(page, group).values()) for group in groups]),
        likeness=np.array(
            [likeness((score_web, score_wild), truth, evidence, g) if lists else 0.0 for g in groups]
        ),
    )


def fixtures() -> Iterator[dict[str, Any]]:
    """Pages of the tests, each a site of its own, in folds that may be looked at.

    Not all of them: another 160, at weights from 0.25 to 1, moved the balance between lists and other pages
    to and fro, and lowered no loss.
    """
    for name in FITTED_PAGES.read_text(encoding="utf-8").split():
        folder = FIXTURES / name
        if (folder / "expected.json").exists():
            expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
            yield {
                "class": "list" if expected["cards"] else "none",
                "cards": expected["cards"],
                "_file": str(folder / "page.html"),
                "_url": json.loads((folder / "capture.json").read_text(encoding="utf-8"))["url"],
                "_kind": "fixtures",
                "_fold": int(hashlib.sha256(folder.name.encode()).hexdigest()[:8], 16) % len(LOOKED_AT),
                "_site": folder.name,
            }


def feature_names() -> list[str]:
    """The names of the features, in the order of the rows."""
    evidence = evidence_of(read_document("<p><a href=/1>x</a><p><a href=/2>y</a>", "https://a.example/"))
    return list(group_features(page_facts(evidence), best_scored(evidence)[0][0]))


class Table:
    """Samples as one table: a row for each group, those of a page one after the other."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self.samples = [s for s in samples if len(s.rows)]
        sizes = [len(s.rows) for s in self.samples]
        self.rows = np.vstack([s.rows for s in self.samples])
        self.page = np.repeat(np.arange(len(sizes)), sizes)
        self.starts = np.r_[0, np.cumsum(sizes)[:-1]]
        self.lists = np.array([s.lists for s in self.samples])
        self.right = np.concatenate([right_groups(s) for s in self.samples])
        self.folds = np.array([s.fold for s in self.samples])
        pages = Counter(s.site for s in self.samples)
        self.weights = np.array([pages[s.site] ** -0.5 for s in self.samples])

    def probabilities(self, odds: Floats) -> tuple[Floats, Floats, Floats]:
        """Of each group; of each group, if a right one is chosen; of each page's right decision."""
        most = np.maximum(np.maximum.reduceat(odds, self.starts), 0.0)
        e, none = np.exp(odds - most[self.page]), np.exp(-most)
        total = np.add.reduceat(e, self.starts) + none
        right = np.add.reduceat(e * self.right, self.starts)
        among_right = e * self.right / np.maximum(right, 1e-300)[self.page]
        return e / total[self.page], among_right, np.where(self.lists, right, none) / total


def right_groups(s: Sample) -> NDArray[np.bool_]:
    """Which groups of a page are right: all where its cards are not known, none where it lists nothing."""
    most = s.likeness.max()
    known = s.likeness >= (most - AS_RIGHT if most >= RIGHT else 0.0)
    return known if s.lists else np.zeros(len(s.rows), bool)


class Fitted(NamedTuple):
    """Weights for the features as they are, and the bias."""

    weights: Floats
    bias: float

    def log_odds(self, rows: Floats) -> Floats:
        return rows @ self.weights + self.bias


def fitted(table: Table, folds: frozenset[int], columns: Sequence[int]) -> Fitted:
    """Fit the weights of some features to the pages of some folds."""
    of_page = table.weights * np.isin(table.folds, list(folds))
    of_row = of_page[table.page]
    known = table.rows[:, columns][of_row > 0]
    mean, deviation = known.mean(0), known.std(0) + 1e-6
    rows = np.c_[(table.rows[:, columns] - mean) / deviation, np.ones(len(table.rows))]

    def loss(w: Floats) -> tuple[float, Floats]:
        share, among_right, right = table.probabilities(rows @ w)
        slope = ((share - among_right * table.lists[table.page]) * of_row) @ rows
        free = np.r_[w[:-1], 0.0]
        total = -(of_page * np.log(np.maximum(right, 1e-300))).sum()
        return total + PENALTY * free @ free / 2, slope + PENALTY * free

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x
    weights = found[:-1] / deviation
    return Fitted(weights, float(found[-1] - weights @ mean))


def fitted_without(table: Table, folds: frozenset[int], columns: Sequence[int]) -> dict[int, Fitted]:
    """For each of some folds, a model of the others of them."""
    return {fold: fitted(table, folds - {fold}, columns) for fold in sorted(folds)}


def mean_loss(table: Table, columns: Sequence[int]) -> float:
    """The mean loss over sites, of lists and of other pages, each fold decided by a model of the others."""
    losses: dict[tuple[bool, str], list[float]] = defaultdict(list)
    for fold, model in fitted_without(table, LOOKED_AT, columns).items():
        right = table.probabilities(model.log_odds(table.rows[:, columns]))[2]
        for s, probability in zip(table.samples, right, strict=True):
            if s.fold == fold and s.kind != "fixtures":
                losses[s.lists, s.site].append(-float(np.log(max(probability, SURE))))
    of_kind: dict[bool, list[float]] = defaultdict(list)
    for (lists, _), values in losses.items():
        of_kind[lists].append(float(np.mean(values)))
    return sum(float(np.mean(values)) for values in of_kind.values())


class Decided(NamedTuple):
    """How well pages are decided: the likeness of the chosen groups, the share of others without one."""

    listed: float
    clean: float


def decided(samples: Sequence[Sample], models: Mapping[int, Fitted], threshold: float) -> dict[str, Decided]:
    """Decide pages by the models of their folds; means over sites, by kind."""
    listed: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    clean: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for s in samples:
        odds = models[s.fold].log_odds(s.rows) if len(s.rows) else np.array([-np.inf])
        best = int(odds.argmax())
        chosen = odds[best] >= threshold
        for kind in (s.kind, *(["~all"] if s.kind != "fixtures" else [])):
            if s.lists:
                known = s.likeness.max(initial=0.0) >= RIGHT
                listed[kind][s.site].append(chosen * (float(s.likeness[best]) if known else 1.0))
            else:
                clean[kind][s.site].append(float(not chosen))

    def mean(of: dict[str, list[float]]) -> float:
        return float(np.mean([np.mean(values) for values in of.values()])) if of else float("nan")

    return {kind: Decided(mean(listed[kind]), mean(clean[kind])) for kind in sorted({*listed, *clean})}


def as_data(model: Fitted, names: Sequence[str], threshold: float) -> dict[str, Any]:
    """A model as its file has it."""
    weights = {name: round(float(w), 4) for name, w in zip(names, model.weights, strict=True)}
    return {"weights": weights, "bias": round(model.bias, 4), "threshold": threshold}


def write(file: Path, data: object) -> None:
    """Write a file of JSON that people can read and compare."""
    file.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--each", action="store_true", help="print what each feature is worth")
    options = parser.parse_args()
    truths = [
        t
        for t in chain(labelled(options.folder), fixtures())
        if not t.get("ambiguous") and (t.get("expect") in ("none", "list") or t.get("class"))
    ]
    with ProcessPoolExecutor() as pool:
        samples = list(pool.map(sample, [(options.folder, t) for t in truths], chunksize=4))
    table, names = Table(samples), feature_names()
    columns = range(len(names))
    models = fitted_without(table, ALL, columns)
    threshold = next(t for t in THRESHOLDS if decided(samples, models, t)["~all"].clean >= CLEAN)
    print(f"{len(samples)} pages, {len(names)} features, threshold {threshold}")
    for title, folds in (("looked at", LOOKED_AT), ("held out", ALL - LOOKED_AT)):
        print(f"\n{title:48} {'lists':>8} {'clean':>8}")
        for kind, d in decided([s for s in samples if s.fold in folds], models, threshold).items():
            print(f"{kind:48} {d.listed:8.3f} {d.clean:8.3f}")
    if options.each:
        base = mean_loss(table, columns)
        print(f"\nloss {base:.4f}; more without")
        worth = {names[j]: mean_loss(table, [i for i in columns if i != j]) - base for j in columns}
        for name, more in sorted(worth.items(), key=lambda item: -item[1]):
            print(f"{name:48} {more:8.4f}")
    whole = as_data(fitted(table, ALL, columns), names, threshold)
    write(Path(listing_model.__file__).with_name("model.json"), whole)
    write(MODELS, [as_data(models[fold], names, threshold) for fold in sorted(ALL)])


if __name__ == "__main__":
    main()
