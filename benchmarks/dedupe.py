"""Measure how fast bare texts are merged, beside two well-known libraries, and how the cost grows.

    python benchmarks/dedupe.py [--cards N] [--file CARDS.jsonl] [--quick] [--growth] [--hard]

A million cards, of which about 5% are distinct, go from texts in memory to labels: here, with rensa and with
datasketch (of the `benchmarks` dependency group), each raw and with exact repeats collapsed first, all in one
run on one core. The texts are made by the grammars of `tongues.py`, as cuts, edits and renderings of posts of
which a tenth stand in families, or read from FILE (objects with `text` and `truth`). `--growth` prints the
time from 10,000 cards up and the exponent of the cost; `--hard` the time of input that is made to be slow.
`--quick` leaves out the raw runs of the others.
"""

import argparse
import json
import math
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from tongues import TONGUES, Tongue

from archiver.dedupe import label_texts

SHINGLE = 4
PERMUTATIONS = 128
ALIKE = 0.7


def make(cards: int, seed: int) -> tuple[list[str], list[int]]:
    """So many texts and the post of each: one in twenty is distinct, in no order."""
    r = random.Random(seed)  # noqa: S311
    texts, truth = stream(cards, r)
    order = list(range(len(texts)))
    r.shuffle(order)
    # a copy of each: an archive's rows do not share their strings
    return [texts[i].encode().decode() for i in order[:cards]], [truth[i] for i in order[:cards]]


def stream(cards: int, r: random.Random) -> tuple[list[str], list[int]]:
    """At least so many texts and their posts, post after post."""
    texts: list[str] = []
    truth: list[int] = []
    post = 0
    while len(texts) < cards:
        t = r.choice(TONGUES)
        for text in (
            family(t, r) if r.random() < 0.03 else [t.text(r, r.choice([80, 150, 300, 300, 450, 700]))]
        ):
            for shown in variants(text, t, r):
                repeats = 1 + int(r.expovariate(1 / 19))
                texts += [shown] * repeats
                truth += [post] * repeats
            post += 1
    return texts, truth


def family(t: Tongue, r: random.Random) -> list[str]:
    """Posts of one template: they differ in a number, in a sentence, or after a shared opening."""
    body, kind = t.text(r, 240), r.randrange(3)
    name, first = t.name(r), r.randint(1, 90)
    parts = [f"{name} {first + k}. {body}" for k in range(r.randint(3, 9))]
    if kind == 0:
        return parts
    return [f"{p} {t.text(r, 200)}" if kind == 1 else f"{p} {t.sentence(r)}" for p in parts]


def variants(text: str, t: Tongue, r: random.Random) -> list[str]:
    found = [text]
    for _ in range(r.choice([0, 0, 1, 1, 2, 3])):
        shown, kind = text, r.random()
        if kind < 0.3 and len(text) > 80:
            words = list(text) if t.dense else text.split(" ")
            words[r.randrange(len(words) // 2, len(words))] = t.word(r)
            shown = t.space.join(words)
        if kind > 0.2:
            shown = shown[: r.randint(70, 70 + len(shown))] + r.choice(["…", "...", " [...]", "... More"])
        if r.random() < 0.3:
            shown = shown.replace(" ", r.choice([" ", "  ", "\u00a0"])).replace(
                ".", r.choice([".", "．", " ."])
            )
        found.append(shown)
    return found


def collapsed(label: Callable[[Sequence[str]], list[int]]) -> Callable[[Sequence[str]], list[int]]:
    """The same labels, with exact repeats looked at once."""

    def run(texts: Sequence[str]) -> list[int]:
        distinct = list(dict.fromkeys(texts))
        of = dict(zip(distinct, label(distinct), strict=True))
        return [of[text] for text in texts]

    return run


class Groups:
    """Union-find by number."""

    def __init__(self, n: int) -> None:
        self.root = list(range(n))

    def find(self, i: int) -> int:
        while self.root[i] != i:
            self.root[i] = self.root[self.root[i]]
            i = self.root[i]
        return i

    def join(self, i: int, j: int) -> None:
        self.root[self.find(i)] = self.find(j)

    def labels(self) -> list[int]:
        return [self.find(i) for i in range(len(self.root))]


def shingles(text: str) -> list[str]:
    return [text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))]


def rensa_labels(texts: Sequence[str]) -> list[int]:
    from rensa import RMinHash, RMinHashLSH  # noqa: PLC0415

    lsh = RMinHashLSH(threshold=ALIKE, num_perm=PERMUTATIONS, num_bands=16)
    groups = Groups(len(texts))
    for i, text in enumerate(texts):
        sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
        sketch.update(shingles(text))
        for j in lsh.query(sketch)[:8]:
            groups.join(i, j)
        lsh.insert(i, sketch)
    return groups.labels()


def datasketch_labels(texts: Sequence[str]) -> list[int]:
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415

    lsh = MinHashLSH(threshold=ALIKE, num_perm=PERMUTATIONS)
    groups = Groups(len(texts))
    for i, text in enumerate(texts):
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([s.encode() for s in shingles(text)])
        for j in lsh.query(sketch)[:8]:
            groups.join(i, j)
        lsh.insert(i, sketch)
    return groups.labels()


def figures(texts: Sequence[str], labels: Sequence[int], truth: Sequence[int]) -> tuple[float, float]:
    """Pairwise precision and F1 over the distinct texts."""
    rows = list(
        {text: (label, post) for text, label, post in zip(texts, labels, truth, strict=True)}.values()
    )

    def pairs(counts: Counter) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    hit, said, true = (
        pairs(Counter(rows)),
        pairs(Counter(a for a, _ in rows)),
        pairs(Counter(b for _, b in rows)),
    )
    return hit / max(1, said), 2 * hit / max(1, said + true)


def renew(texts: list[str]) -> None:
    """Put a copy in the place of each text: a string keeps its hash, which whoever asks for it first pays."""
    for i, text in enumerate(texts):
        texts[i] = text.encode().decode()


def timed(label: Callable[[Sequence[str]], list[int]], texts: Sequence[str]) -> tuple[list[int], float, int]:
    """The labels, the seconds of the processor, and the megabytes that the process grew by."""
    before, start = peak(), time.process_time()
    labels = label(texts)
    return labels, time.process_time() - start, peak() - before


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def side_by_side(texts: list[str], truth: list[int], *, quick: bool) -> None:
    if not all(map(find_spec, ("rensa", "datasketch"))):
        sys.exit("rensa and datasketch are not installed: pip install --group benchmarks")
    runs = [
        ("archiver", label_texts),
        ("rensa, collapsed", collapsed(rensa_labels)),
        ("datasketch, collapsed", collapsed(datasketch_labels)),
        *([] if quick else [("rensa", rensa_labels), ("datasketch", datasketch_labels)]),
    ]
    print(f"{len(texts):,} texts, {len(set(texts)):,} distinct, {len(set(truth)):,} posts")
    print("                        seconds  times   +MB   precision  F1 (distinct texts)")
    ours = 0.0
    for name, label in runs:
        renew(texts)
        labels, seconds, grown = timed(label, texts)
        ours = ours or seconds
        precision, f1 = figures(texts, labels, truth)
        print(
            f"{name:22} {seconds:8.2f} {seconds / ours:6.1f} {grown:5}   {precision:.4f}     {f1:.4f}",
            flush=True,
        )


def growth() -> None:
    points = []
    print("\ncards      distinct  seconds  microseconds a card   +MB")
    for n in (10_000, 30_000, 100_000, 300_000, 1_000_000, 5_000_000):
        texts, _ = make(n, n)
        runs = []
        for _ in range(1 if n > 1_000_000 else 3):
            renew(texts)
            runs.append(timed(label_texts, texts)[1:])
        seconds, grown = min(run[0] for run in runs), max(run[1] for run in runs)
        points.append((math.log(n), math.log(seconds)))
        distinct = len(set(texts))
        print(f"{n:9,}  {distinct:8,}  {seconds:7.2f}  {seconds / n * 1e6:19.2f}  {grown:4}", flush=True)
    mean_x, mean_y = (sum(c) / len(points) for c in zip(*points, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    print(f"exponent {slope:.3f}")


def hard() -> None:
    """Input made to be slow, at a quarter of the size and at the whole."""
    r, t = random.Random(5), TONGUES[0]  # noqa: S311
    paragraph, long = t.text(r, 500), t.text(r, 1_000_000)
    scripts = [
        chr(r.choice([0x41, 0x430, 0x4E00, 0x3042, 0x627, 0x1F300]) + r.randrange(40)) for _ in range(4000)
    ]
    shapes: dict[str, tuple[int, Callable[[int], str]]] = {
        "one paragraph shared": (100_000, lambda _: f"{paragraph} {t.text(r, 80)}"),
        "a paragraph in front of numbers": (100_000, lambda i: f"{paragraph} {i}"),
        "one number differs": (100_000, lambda i: f"Build {i} {paragraph}"),
        "one digit differs": (100_000, lambda i: f"{paragraph[:200]} {i % 10} {paragraph[200:]} {t.word(r)}"),
        "copies of a megabyte": (10_000, lambda _: long),
        "a megabyte each, cut": (200, lambda i: long[: 900_000 + i]),
        "empty, short, signs, emoji": (
            100_000,
            lambda i: "".join(r.choices(["", "a", ".", "…", "🎉", "!"], k=i % 4)),
        ),
        "mixed scripts": (100_000, lambda _: "".join(r.choices(scripts, k=60))),
        "one letter, longer and longer": (4_000, lambda i: "a" * i),
    }
    print("\nhard input                        cards    seconds  times  posts    +MB")
    for name, (n, shape) in shapes.items():
        last = 0.0
        for size in (n // 4, n):
            texts = [shape(i) for i in range(size)]
            labels, seconds, grown = timed(label_texts, texts)
            times = f"{seconds / last:5.1f}" if last else "     "
            print(f"{name:32} {size:7,} {seconds:9.2f}  {times} {max(labels) + 1:7,} {grown:5}", flush=True)
            last = seconds


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cards", type=int, default=1_000_000)
    parser.add_argument("--file", type=Path, help="labelled cards as JSON Lines, in the place of made ones")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--hard", action="store_true")
    options = parser.parse_args()
    if options.file:
        rows = [json.loads(line) for line in options.file.read_text("utf-8").splitlines()]
        texts, truth = [row["text"] for row in rows], [row["truth"] for row in rows]
        del rows
    else:
        texts, truth = make(options.cards, options.seed)
    side_by_side(texts, truth, quick=options.quick)
    del texts, truth
    if options.growth:
        growth()
    if options.hard:
        hard()


if __name__ == "__main__":
    main()
