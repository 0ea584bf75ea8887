"""Measure merging on simulated lives of sites, whose truth is known.

    python benchmarks/lives.py [--seed N] [--sites N] [--wrong N]

Each site posts at its own rate and shows its latest posts on pages that are captured now and then, while
themes change the cut and the fields and put a byline in front or a count of views behind, posts are edited,
retitled, rewritten and moved to other addresses, and
addresses are used again. A third of the posts come in families made to be confused. All texts come from small
grammars of five languages. Prints pairwise and B-cubed figures over the distinct cards of all sites together:
with all signals, without addresses, and with the texts alone; then, for each family, the share of its said
pairs that are right. Cards that show two posts alike, which nothing can tell apart, are left out and counted.
"""

import argparse
import html
import random
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from families import Families
from tongues import TONGUES, Tongue

from archiver.dedupe import dedupe
from archiver.models import Card, Sighting

START = datetime(2017, 3, 1, tzinfo=UTC)


@dataclass
class Work:
    """One post as it stands at a moment of its life."""

    number: int
    family: str
    title: str
    text: str
    day: float
    slug: str
    category: str
    author: str
    gone: float = 1e9


@dataclass
class Theme:
    """How a site shows its cards for a while."""

    cut: str
    length: int
    tail: str
    front: str
    title_in_text: bool
    shows: frozenset[str]
    escapes: bool
    byline: bool
    counts: bool

    def excerpt(self, work: Work, t: Tongue, r: random.Random, at: float) -> str:
        text = f"{work.title} {work.text}" if self.title_in_text and work.title else work.text
        if self.cut == "letters" and len(text) > self.length:
            text = text[: self.length] + self.tail
        elif self.cut == "words" and not t.dense and len(text) > self.length:
            text = text[: self.length].rpartition(" ")[0] + self.tail
        elif self.cut == "sentence":
            text = text.partition(t.stop)[0] + t.stop
        if self.escapes:
            text = html.escape(text).replace(" ", r.choice([" ", "  ", "\u00a0"]))
        if self.byline:
            text = f"{work.author} | {(START + timedelta(days=work.day)).date()} | {text}"
        if self.counts:
            text = f"{text} {work.number % 7 + int(3 * (at - work.day))} {t.small[0]}"
        return self.front + text


class Site:
    """One site's life: `cards`, `sightings`, the truth by capture and position.

    `listed` are the works that the site lists at the time of each capture, on all of its pages.
    """

    def __init__(self, seed: int) -> None:
        self.seed, self.r = seed, random.Random(seed * 7919 + 13)  # noqa: S311
        self.t = self.r.choice(TONGUES)
        self.cards: dict[str, Card] = {}
        self.sightings: list[Sighting] = []
        self.truth: dict[tuple[str, int], str] = {}
        self.listed: dict[str, set[int]] = {}
        self.works: list[Work] = []
        self.root = f"https://{'abcdefgh'[seed % 8]}{seed}.example"
        self.style = self.r.choice(["slug"] * 4 + ["dated", "query", "slot", "hash", "host", "none"])
        self._write()
        self._live()

    def _slug(self, title: str) -> str:
        return (
            "-".join(title.lower().translate(dict.fromkeys(map(ord, ":#§"), " ")).split())[:48]
            or f"n{self.r.randrange(9999)}"
        )

    def _write(self) -> None:
        r, families = self.r, Families(self.t, self.r)
        rate, day, wanted = r.choice([0.2, 0.6, 1.5, 4.0]), 0.0, r.choice([35, 60, 90])
        while len(self.works) < wanted:
            family, parts = families.draw()
            at_once = r.random() < 0.4  # a family that comes in one burst, or strung out over time
            for title, text in parts:
                day += 0.02 if at_once and family != "single" else r.expovariate(rate)
                slug = self._slug(title)
                if r.random() < 0.9 and any(w.slug == slug for w in self.works):
                    slug += f"-{len(self.works)}"
                work = Work(
                    len(self.works), family, title, text, day, slug, r.choice("abcd") * 4, r.choice("pqr") * 3
                )
                work.gone = day + r.expovariate(1 / 40) if r.random() < 0.06 else 1e9
                self.works.append(work)
        self.end = day + 12

    def _themes(self) -> list[Theme]:
        r = self.r
        fronts = ["", "", "", "", "Image not found ", "Share Tweet Pin ", self.t.sentence(r) + " "]
        found = []
        for _ in range(r.randint(1, 4)):
            shows = {
                f
                for f, p in (
                    ("url", 0.8),
                    ("title", 0.75),
                    ("date", 0.65),
                    ("category", 0.4),
                    ("author", 0.3),
                )
                if r.random() < p
            }
            found.append(
                Theme(
                    cut=r.choice(["letters", "letters", "words", "sentence", "none"]),
                    length=r.choice([70, 110, 160, 250, 400]),
                    tail=r.choice(["…", "...", " [...]", "… More", " »"]),
                    front=r.choice(fronts),
                    title_in_text=r.random() < 0.15,
                    shows=frozenset(shows),
                    escapes=r.random() < 0.15,
                    byline=r.random() < 0.08,
                    counts=r.random() < 0.06,
                )
            )
        return found

    def _change(self, work: Work) -> None:
        """One event in the life of a post."""
        r, t = self.r, self.t
        kind = r.choice(
            [
                "typo",
                "word",
                "word",
                "add",
                "add",
                "front",
                "drop",
                "rewrite",
                "title",
                "title",
                "slug",
                "slug",
                "date",
                "number",
            ]
        )
        cuts = [i + 1 for i, c in enumerate(work.text) if c == t.stop] or [0]
        at = r.choice(cuts)
        if kind == "typo" and len(work.text) > 20:
            i = r.randrange(len(work.text) - 2)
            work.text = work.text[:i] + work.text[i + 1] + work.text[i] + work.text[i + 2 :]
        elif kind == "word" and len(work.text) > 40:
            words = list(work.text) if t.dense else work.text.split(" ")
            words[r.randrange(len(words))] = t.word(r)
            work.text = t.space.join(words)
        elif kind == "add":
            work.text = work.text[:at] + t.space + t.sentence(r) + work.text[at:]
        elif kind == "front":
            day = f"{r.choice(['Update', 'Edit', 'P.S.'])} {r.randint(1, 28)}/{r.randint(1, 12)}"
            work.text = f"{day}: {t.sentence(r)} {work.text}"
        elif kind == "drop":
            work.text = work.text[at:].strip() if len(work.text) - at > 60 else work.text
        elif kind == "rewrite":
            work.text = self.t.text(r, 150) + t.space + work.text[len(work.text) // 2 :]
        elif kind == "title" and work.title:
            work.title = r.choice(
                [f"{work.title} ({t.word(r)})", f"{t.phrase(r, 2)}: {work.title}", t.title(r)]
            )
        elif kind == "slug":
            work.slug = r.choice([f"{work.slug}-2", self._slug(t.title(r))])
        elif kind == "date":
            work.day += r.choice([1, 2, 14])
        elif kind == "number":
            digits = [i for i, c in enumerate(work.text) if c.isdigit()]
            if digits:
                i = r.choice(digits)
                work.text = work.text[:i] + str(r.randrange(10)) + work.text[i + 1 :]

    def _url(self, work: Work, position: int, moved: bool) -> str | None:
        root = self.root.replace("https://", "https://blog.") if moved and self.style == "host" else self.root
        day = (START + timedelta(days=work.day)).strftime("%Y/%m")
        return {
            "slug": f"{root}/{work.slug}/",
            "host": f"{root}/{work.slug}/",
            "dated": f"{root}/{day}/{work.slug}.html",
            "query": f"{root}/index.php?p={work.number % 50 + 7}",  # numbers are used again
            "slot": f"{root}/{position}.html",
            "hash": f"{root}/#",
            "none": None,
        }[self.style]

    def _live(self) -> None:
        r, themes, size = self.r, self._themes(), self.r.choice([4, 7, 10, 15])
        events = sorted(
            (w.day + r.expovariate(1 / 10), w.number)
            for w in self.works
            for _ in range(4)
            if r.random() < 0.13
        )
        times = sorted(r.uniform(2, self.end) for _ in range(r.choice([15, 30, 50])))
        for n, at in enumerate(times):
            while events and events[0][0] <= at:
                self._change(self.works[events.pop(0)[1]])
            theme = themes[n * len(themes) // len(times)]
            hidden = {f for f in ("url", "title", "date") if r.random() < 0.12}
            shown = sorted((w for w in self.works if w.day <= at < w.gone), key=lambda w: (-w.day, w.number))
            for page in range(r.choice([1, 1, 1, 2, 3])):
                row = shown[page * size : (page + 1) * size]
                if page == 0 and len(shown) > size and r.random() < 0.12:
                    row = [r.choice(shown[: 3 * size]), *row]  # one that is kept on top
                capture = f"{self.seed}/{n}/{page}"
                self.listed[capture] = {w.number for w in shown}
                for position, work in enumerate(row, 1):
                    show = theme.shows - hidden
                    card = Card(
                        url=self._url(work, position, n > len(times) // 2) if "url" in show else None,
                        title=work.title if "title" in show else None,
                        date=(START + timedelta(days=work.day)).date().isoformat()
                        if "date" in show
                        else None,
                        categories=[work.category] if "category" in show else [],
                        author=work.author if "author" in show else None,
                        excerpt=theme.excerpt(work, self.t, random.Random(work.number), at),  # noqa: S311
                    )
                    self.cards[card.key] = card
                    self.sightings.append(
                        Sighting(
                            capture=capture,
                            captured_at=START + timedelta(days=at),
                            position=position,
                            card=card.key,
                        )
                    )
                    self.truth[capture, position] = f"{self.seed}/{work.number}"


def without(site: Site, fields: tuple[str, ...]) -> tuple[dict[str, Card], list[Sighting]]:
    """The site's cards and sightings as if its pages had not shown these fields."""
    empty = {f: () if f in ("categories", "tags") else None for f in fields}
    cards = {key: Card.model_validate(card.model_dump() | empty) for key, card in site.cards.items()}
    sightings = [s._replace(card=cards[s.card].key) for s in site.sightings]
    return {card.key: card for card in cards.values()}, sightings


def pairs(n: int) -> int:
    return n * (n - 1) // 2


@dataclass
class Tally:
    """Counts of pairs, and of cards for the B-cubed figures."""

    hit: int = 0
    said: int = 0
    true: int = 0
    cards: int = 0
    alike: int = 0
    b_precision: float = 0.0
    b_recall: float = 0.0

    def add(self, said_of: Mapping[str, str], of: Mapping[str, str]) -> None:
        """Count what is said of cards, given the post of each that is known."""
        said, true = Counter(said_of[c] for c in of), Counter(of.values())
        self.cards += len(of)
        self.said += sum(map(pairs, said.values()))
        self.true += sum(map(pairs, true.values()))
        for (s, t), n in Counter((said_of[c], t) for c, t in of.items()).items():
            self.hit += pairs(n)
            self.b_precision += n * n / said[s]
            self.b_recall += n * n / true[t]

    def figures(self) -> tuple[float, ...]:
        p, r = self.hit / max(1, self.said), self.hit / max(1, self.true)
        bp, br = self.b_precision / max(1, self.cards), self.b_recall / max(1, self.cards)
        return p, r, 2 * p * r / max(1e-9, p + r), bp, br, 2 * bp * br / max(1e-9, bp + br)


def measure(
    sites: list[Site], fields: tuple[str, ...], wrong_left: int
) -> tuple[Tally, Counter[str], Counter[str]]:
    """The figures without some fields, and for each family its right and its wrong pairs."""
    tally, right, wrong = Tally(), Counter[str](), Counter[str]()
    for site in sites:
        cards, sightings = without(site, fields)
        truths: dict[str, set[str]] = defaultdict(set)
        for s in sightings:
            truths[s.card].add(site.truth[s.capture, s.position])
        posts = dedupe(cards, sightings)
        said_of = {card: post.id for post in posts for card in post.cards}
        tally.alike += sum(len(t) > 1 for t in truths.values())
        of = {card: next(iter(t)) for card, t in sorted(truths.items()) if len(t) == 1}
        tally.add(said_of, of)
        said = Counter(said_of[c] for c in of)
        for (s, t), n in Counter((said_of[c], t) for c, t in of.items()).items():
            family = site.works[int(t.partition("/")[2])].family
            right[family] += pairs(n)
            wrong[family] += n * (said[s] - n)
        for post in posts:
            for m in reversed(post.comparisons):
                if wrong_left > 0 and m.left in of and m.right in of and of[m.left] != of[m.right]:
                    wrong_left -= 1
                    print(
                        "wrong",
                        m.score,
                        *(f"{w.signal} {w.value} {w.weight:+}" for w in m.match_weights),
                        sep=" | ",
                    )
                    for c in (m.left, m.right):
                        family = site.works[int(of[c].partition("/")[2])].family
                        print(
                            "   ",
                            family,
                            of[c],
                            cards[c].title,
                            cards[c].date,
                            cards[c].url,
                            (cards[c].excerpt or "")[:140],
                        )
                    break
    return tally, right, wrong


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="the first site's seed")
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="show so many wrong merges")
    options = parser.parse_args()
    sites = [Site(seed) for seed in range(options.seed, options.seed + options.sites)]
    rest = ("title", "date", "author", "categories", "tags")
    families = {}
    print("signals           precision recall F1     | B3: P    R      F1     | cards  alike  s")
    for name, fields in (("all", ()), ("without address", ("url",)), ("text alone", ("url", *rest))):
        start = time.process_time()
        tally, right, wrong = measure(sites, fields, options.wrong)
        p, r, f, bp, br, bf = tally.figures()
        seconds = time.process_time() - start
        print(
            f"{name:17} {p:.4f}    {r:.4f} {f:.4f} | {bp:.4f} {br:.4f} {bf:.4f} "
            f"| {tally.cards:6} {tally.alike:5} {seconds:4.1f}"
        )
        families[name] = {k: f"{right[k] / max(1, right[k] + wrong[k]):.3f}" for k in sorted(right | wrong)}
    print("\nfamily      " + "  ".join(f"{n:>15}" for n in families))
    for k in sorted({k for f in families.values() for k in f}):
        print(f"{k:12}" + "  ".join(f"{f.get(k, ''):>15}" for f in families.values()))


if __name__ == "__main__":
    main()
