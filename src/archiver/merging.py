"""The posts brought up to date with the cards: what has changed is followed to all that it can reach.

In: an open store. Out: its posts, renewed, and how many there are. Refuses: to leave a run half done, for
all of it is one transaction. The one surprise: there is one way of working only. A run from scratch forgets
what the last one knew and finds that everything has changed.

What becomes of a card rests on its component alone (`dedupe.solve.components`), and the ways in which a
change reaches further are few: the boilerplate that texts with one opening share, the fingerprints that pair
texts, the neighbours between which a card stands, a time that becomes that of too many captures for one
visit, and a person's word. Each is looked up for what has come or gone; then the components of all that was
found, and of whatever their new links lead to, are solved anew.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from archiver.dedupe import Resolution, Rules, posts_of
from archiver.dedupe.arrays import IntArray, Postings, distinct, joined, of_cards, rows_of
from archiver.dedupe.blocking.keyindex import InvertedIndex
from archiver.dedupe.blocking.keys import blocking_keys, hashed_key, neighbour_key
from archiver.dedupe.clustering.resolve import Batch, components, overrides_by_pair, resolve, resolve_batch
from archiver.dedupe.cycles import no_cycles
from archiver.dedupe.evidence.sightings import CaptureRef, by_card, neighbour_pairs_on, of_rows, shown_of
from archiver.dedupe.incremental.affected import Order, entries_of, pairs_with, repaired
from archiver.dedupe.incremental.boilerplate import Cut, groups_of, recut
from archiver.dedupe.keys.boilerplate import WAYS
from archiver.dedupe.keys.card import CardKeys, card_keys
from archiver.fingerprint import fingerprint
from archiver.models import Card, Override
from archiver.store.db.dedupe_state import DedupeCard, DedupeState

if TYPE_CHECKING:  # the store as a whole is no part of the computation: what is read and written for it is
    from archiver.store import Store

ALGORITHM_VERSION = 1
"""Raised where the same cards become other posts though no code of the computation changes."""
ALGORITHM_ROOTS = ("archiver.merging", "archiver.store.db.overrides", "archiver.store.db.posts")
"""Where the computation of posts begins: this module, and what the store reads and writes for it."""
AT_ONCE = 10_000
"""Cards that are looked at together where all are: what bounds the memory."""


class Merged(NamedTuple):
    """How many posts there are, of how many sightings; `renewed` of them were made by this run."""

    posts: int
    sightings: int
    renewed: int


class _Part(NamedTuple):
    """Some cards to be solved together, with their rows by public id."""

    batch: Batch
    cards: dict[str, Card]
    rows: dict[str, int]
    captures: dict[str, int]


def bring_up_to_date(
    store: "Store", *, from_scratch: bool = False, dry_run: bool = False, rules: Rules | None = None
) -> Merged:
    """Make the posts anew that new cards, captures or overrides touch; *from_scratch*: all of them.

    With *dry_run* only say what would be. The rules are those of the archive unless others are given.
    """
    rules = rules or rules_of(store)
    with no_cycles(), store.atomic(keep=not dry_run):
        recipe = algorithm_version(rules)
        if from_scratch or store.dedupe_state.recipe() != recipe:
            store.dedupe_state.begin(recipe)
        part = _DedupeRun(store, rules).dirty_part()
        said = store.overrides.current()
        labels = components(part.batch, overrides_by_pair(part.batch.ids, said))
        ids = [part.rows[key] for key in part.batch.ids]
        store.dedupe_state.set_components({card: ids[label] for card, label in zip(ids, labels, strict=True)})
        posts = posts_of(resolve_batch(part.batch, rules, said), part.cards)
        store.posts.replace(posts, part.rows, part.captures)
        return Merged(*store.posts.counts(), len(posts))


def rules_of(store: "Store") -> Rules:
    """The rules of the archive: today's, with the threshold that a person set."""
    score = store.thresholds.current()
    return Rules() if score is None else Rules(threshold=score)


def resolve_for(store: "Store", cards: Collection[str]) -> Resolution:
    """The components of these cards (public ids), solved as a run would; all cards where one is due."""
    rules, said = rules_of(store), store.overrides.current()
    if not _is_settled(store, rules, said):
        return resolve(store.cards.by_id(), store.cards.sightings(), rules, said)
    known = store.dedupe_state.cards(store.dedupe_state.card_ids(cards))
    some = {card.component for card in known.values()}
    return _solve_components(store, some, _Indexes.kept(store.dedupe_state), rules, said)


def _is_settled(store: "Store", rules: Rules, said: list[Override]) -> bool:
    """Whether nothing has changed since the last run."""
    settled = store.dedupe_state
    return (
        settled.recipe() == algorithm_version(rules)
        and settled.is_current()
        and settled.marks().words == said
    )


def _solve_components(
    store: "Store", some: Collection[int], indexes: "_Indexes", rules: Rules, said: list[Override]
) -> Resolution:
    settled, at_hand = store.dedupe_state, _Cards({}, {}, rows_of(()))
    part = _part(settled, settled.members(some), at_hand, indexes, settled.marks().crowded, rules)
    return resolve_batch(part.batch, rules, said)


def resolve_all(store: "Store", at_once: int = AT_ONCE) -> Iterator[Resolution]:
    """All components of several cards, likewise, some at a time; all cards together where a run is due."""
    rules = rules_of(store)
    said = store.overrides.current()
    if not _is_settled(store, rules, said):
        yield resolve(store.cards.by_id(), store.cards.sightings(), rules, said)
        return
    indexes = _Indexes.kept(store.dedupe_state)
    for some in _batches(store.dedupe_state.sizes(), at_once):
        yield _solve_components(store, some, indexes, rules, said)


def _batches(sizes: Iterable[tuple[int, int]], at_once: int) -> Iterator[list[int]]:
    """Components of several cards, so many together that they have so many cards, or more."""
    batch: list[int] = []
    cards = 0
    for component, size in sizes:
        if size > 1:
            batch.append(component)
            cards += size
        if cards >= at_once:
            yield batch
            batch, cards = [], 0
    if batch:
        yield batch


def algorithm_version(rules: Rules) -> str:
    """Name the code and the rules by which this program makes posts of cards."""
    return f"{fingerprint(ALGORITHM_VERSION, ALGORITHM_ROOTS)}-{rules.key}"


class _Cards(NamedTuple):
    """What is at hand of cards, by row: public ids and fields, faces, and all the sightings of some."""

    values: dict[int, tuple[str, Card]]
    faces: dict[int, CardKeys]
    sightings: IntArray


class _Indexes(NamedTuple):
    """What ties cards to others, and the fingerprints of texts with the order of these."""

    blocking_keys: InvertedIndex
    places: InvertedIndex
    prints: InvertedIndex
    order: Order

    @classmethod
    def kept(cls, settled: DedupeState) -> "_Indexes":
        blocking_keys, places, prints = (
            InvertedIndex.kept(settled.keys(k)) for k in ("blocking_keys", "places", "prints")
        )
        return cls(blocking_keys, places, prints, Order.kept(settled.marks().order))


class _DedupeRun:
    """One run: each step keeps what it has settled, and adds to `dirty`, the cards that are to be solved."""

    def __init__(self, store: "Store", rules: Rules) -> None:
        self.store, self.settled, self.rules = store, store.dedupe_state, rules
        self.changes = self.settled.changes()
        self.rows = rows_of(self.settled.sightings_on(self.changes.captures))
        self.shown = distinct(self.rows[:, 0])
        self.there = self.shown | self.settled.shown(self.changes.cards)
        self.known = self.settled.cards(self.shown | self.changes.cards)
        self.gone = self.known.keys() - self.there
        # a card that lost a sighting may be another one under the number of one that is gone
        self.fresh = (self.there - self.known.keys()) | (self.there & self.changes.cards)
        # a card that no run has met was seen nowhere but on captures that have changed
        new = self.there - self.known.keys()
        self.cards = _Cards({}, {}, of_cards(self.rows, new))
        self.components = {self.known[card].component for card in self.gone}
        self.dirty = set(self.there)
        self.leads: set[int] = set()

    def dirty_part(self) -> _Part:
        """All cards that the changes can reach, with what their decisions rest on now."""
        indexes = _Indexes.kept(self.settled)
        cuts = self._cut_again()
        prints, order = self._settle_texts(cuts, indexes)
        blocking_keys = self._settle_links(cuts, indexes.blocking_keys)
        places = self._settle_places(cuts, indexes.places)
        crowded = self._crowded_times()
        self._hear(crowded, order)
        self.settled.clear_changes()
        self.components |= self.settled.components_of(self.dirty | self.leads)
        members = self.settled.members(self.components)
        return _part(
            self.settled,
            members,
            self.cards,
            _Indexes(blocking_keys, places, prints, order),
            crowded,
            self.rules,
        )

    def _cut_again(self) -> dict[int, Cut]:
        """The texts of cards that are new, or cut otherwise than before."""
        values = self.settled.card_values(self.fresh)
        faces = dict(zip(values, card_keys([card for _, card in values.values()]), strict=True))
        self.cards.values.update(values)
        self.cards.faces.update(faces)
        new = {card: face.text for card, face in faces.items()}
        index = InvertedIndex.kept(self.settled.keys("openings"))
        groups = {card: groups_of(raw) for card, raw in new.items()}
        after = index.changed_to(self.known.keys() & (self.gone | self.fresh), Postings.of_sets(groups))
        self._keep("openings", after)
        before = [_cut(self.known[card]) for card in (self.fresh & self.known.keys()) | self.gone]
        touched = set[int]().union(*groups.values(), *(groups_of(cut.raw) for cut in before))
        large = index.large(touched, WAYS) | after.large(touched, WAYS)
        members = self.settled.cards(after.owners_of(large) - self.fresh)
        self.known |= members
        return recut(new, {card: _cut(own) for card, own in members.items()}, large)

    def _settle_texts(self, cuts: Mapping[int, Cut], indexes: _Indexes) -> tuple[InvertedIndex, Order]:
        """Keep the texts; cards become dirty whose texts are paired with others than before."""
        settled, faces = self.settled, self.cards.faces
        values = settled.card_values(cuts.keys() - self.fresh)
        own = [cuts[card].parts[1] for card in values]
        self.cards.values.update(values)
        faces.update(zip(values, card_keys([card for _, card in values.values()], own), strict=True))
        faces.update({card: faces[card]._replace(text=cuts[card].parts[1]) for card in self.fresh})
        texts = {hashed_key("text", text): text for card in cuts if (text := faces[card].text)}
        ids = settled.text_ids(texts)
        added = settled.add_texts({key: text for key, text in texts.items() if key not in ids})
        id_of = {texts[key]: number for key, number in (ids | added).items()}
        before = {
            known.text_id
            for card in cuts.keys() | self.gone
            if (known := self.known.get(card)) and known.text_id is not None
        }
        settled.put_cards(
            DedupeCard(
                card,
                self.known[card].component if card in self.known else card,
                neighbour_key(faces[card]),
                id_of.get(text),
                front,
                text,
                back,
                cut.behind,
            )
            for card, cut in cuts.items()
            for front, text, back in [cut.parts]
        )
        settled.remove_cards(self.gone)
        new = {number: texts[key] for key, number in added.items()}
        order = indexes.order.with_texts([(text, n) for n, text in new.items()], settled.texts)
        gone = settled.remove_unborne(before)
        prints = indexes.prints.changed_to(gone, entries_of(list(new), list(new.values())))
        self._keep("prints", prints)
        if indexes.prints.parts:
            moved = repaired(indexes.prints, prints, order, gone | new.keys(), self.rules)
            self.dirty |= settled.bearers(moved)
        self.dirty |= cuts.keys()
        return prints, order.without(gone)

    def _settle_links(self, cuts: Mapping[int, Cut], index: InvertedIndex) -> InvertedIndex:
        """Keep what ties the cards to others by their fields, and follow it."""
        own = Postings.of_sets({card: blocking_keys(self.cards.faces[card], ()) for card in cuts})
        after = index.changed_to(self.known.keys() & (cuts.keys() | self.gone), own)
        self._keep("blocking_keys", after)
        self.leads |= after.tied_to(own)
        return after

    def _settle_places(self, cuts: Mapping[int, Cut], index: InvertedIndex) -> InvertedIndex:
        """Keep between which neighbours the cards stood, and follow it.

        A capture that is new adds places; where a capture was read again, or a card on it has another name,
        the places of all its cards are found anew, from all their captures.
        """
        settled, faces = self.settled, self.cards.faces
        again = {capture for capture, lost in self.changes.captures.items() if lost}
        cut = cuts.keys() - self.fresh
        again |= settled.captures_of(
            {card for card in cut if neighbour_key(faces[card]) != self.known[card].name}
        )
        whole = distinct(rows_of(settled.sightings_on(again))[:, 0]) | (self.changes.cards & self.there)
        more = settled.captures_of(whole) - self.changes.captures.keys()
        rows = joined([self.rows, rows_of(settled.sightings_on(more))])
        names, together = (
            settled.names(distinct(rows[:, 0])),
            settled.together(self.changes.captures.keys() | more),
        )
        found = neighbour_pairs_on(rows, names, together)
        index = index.without(whole | self.gone)
        own = index.missing(found.owned_by(whole | self.shown))
        after = index.with_entries(own)
        self._keep("places", after)
        self.dirty |= whole
        self.leads |= after.tied_to(own)
        return after

    def _crowded_times(self) -> set[str]:
        """The times that are no visit's; cards get dirty where one has become so, or is no more."""
        before = self.settled.marks().crowded
        counts = self.settled.times_of(self.changes.captures)
        most = self.rules.bulk_captures
        after = (before - counts.keys()) | {time for time, captures in counts.items() if captures > most}
        self.dirty |= self.settled.cards_at(before ^ after)
        return after

    def _hear(self, crowded: Collection[str], order: Order) -> None:
        """Keep what a person said; the cards become dirty of which another thing is said, or one is new."""
        said = self.store.overrides.current()
        heard = {(word.left, word.right): word.same for word in self.settled.marks().words}
        now = {(word.left, word.right): word.same for word in said}
        other = {pair for pair in heard.keys() | now.keys() if heard.get(pair) != now.get(pair)}
        for pair in heard.keys() | now.keys():
            cards = self.settled.card_ids(pair)
            if pair in other or cards & self.dirty:
                self.dirty |= cards
        self.settled.set_marks(said, crowded, order.row())

    def _keep(self, kind: str, index: InvertedIndex) -> None:
        new = index.rows(self.settled.parts(kind))
        self.settled.put_keys(kind, index.numbers(), new, index.gone())


def _cut(card: DedupeCard) -> Cut:
    return Cut(card.front + card.text + card.back, len(card.front), card.behind)


def _part(
    settled: DedupeState,
    members: Mapping[int, DedupeCard],
    at_hand: _Cards,
    indexes: _Indexes,
    crowded: Collection[str],
    rules: Rules,
) -> _Part:
    """Whole components as a batch, by what is at hand of their cards, and what else is kept of them."""
    values = {card: at_hand.values[card] for card in members if card in at_hand.values}
    values |= settled.card_values(members.keys() - values.keys())
    faces = {card: at_hand.faces[card] for card in members if card in at_hand.faces}
    missing = [card for card in values if card not in faces]
    own = [members[card].text for card in missing]
    faces |= zip(missing, card_keys([values[card][1] for card in missing], own), strict=True)
    texts = {own.text_id: own.text for own in members.values() if own.text_id is not None}
    pairs = pairs_with(indexes.prints, indexes.order, texts, rules).tolist()
    alike = sorted((texts[a], texts[b]) for a, b in pairs)
    ids = sorted(values, key=lambda card: values[card][0])
    own_rows = of_cards(at_hand.sightings, ids)
    rows = joined([own_rows, rows_of(settled.sightings_of(values.keys() - distinct(own_rows[:, 0])))])
    captures = settled.captures(distinct(rows[:, 1]))
    moments = {capture: CaptureRef(*moment) for capture, moment in captures.items()}
    seen = of_rows(rows, ids, moments)
    row_of = {moment.capture: capture for capture, moment in moments.items()}
    languages = settled.languages_at(
        [(row_of[seen.moments[capture].capture], position) for capture, position in seen.lasts()]
    )
    places = by_card(indexes.places.owned_by(ids), ids)
    shown = shown_of(seen, places, set(map(datetime.fromisoformat, crowded)), languages)
    return _Part(
        Batch(
            [values[card][0] for card in ids],
            [faces[card] for card in ids],
            shown,
            seen.moments,
            alike,
        ),
        dict(values.values()),
        {values[card][0]: card for card in ids},
        row_of,
    )
