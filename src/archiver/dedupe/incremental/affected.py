"""The affected cards: all that the changes since the last run can reach.

A store goes in; an `Affected` comes out: the members of all components that are to be resolved again, and
what is to be kept of them. What becomes of a card rests on its component alone, and a change reaches further
in eight ways only: boilerplate that texts of one opening share, fingerprints that pair texts, blocking keys,
neighbour pairs, hosts that become one site, authors who become rare or common, a time that becomes a bulk
timestamp, and overrides. Each has a step, which is a function from what is stored and the values of the steps
before it to a value of its own. Nothing is written here.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import NamedTuple, cast

import numpy as np

from archiver.dedupe.arrays import IntArray, Postings, of_cards, rows_of
from archiver.dedupe.blocking.candidates import worth_comparing
from archiver.dedupe.blocking.keyindex import IndexUpdate, InvertedIndex, distinct_keys
from archiver.dedupe.blocking.keys import blocking_keys, neighbour_key
from archiver.dedupe.evidence.authors import AuthorRanks, author_key, author_ranks
from archiver.dedupe.evidence.hosts import HostPair, kin_hosts
from archiver.dedupe.evidence.sightings import CaptureRef, hosts_on, neighbour_pairs_on
from archiver.dedupe.incremental.boilerplate import Cut, groups_of, updated_cuts
from archiver.dedupe.incremental.load import AtHand, SearchIndexes, captures_in, cards_in
from archiver.dedupe.incremental.state import (
    ArchivedCard,
    CaptureId,
    CardId,
    Changes,
    ComponentId,
    DedupeCard,
    DedupeStore,
    DedupeText,
    IndexKind,
    RunSummary,
    TextId,
    TextUse,
)
from archiver.dedupe.incremental.textpairs import TextOrder, changed_pairs, fingerprint_postings
from archiver.dedupe.keys.boilerplate import WAYS
from archiver.dedupe.keys.card import CardKeys, card_keys
from archiver.dedupe.keys.hashing import hashed_key
from archiver.dedupe.rules import Rules
from archiver.models import Override


class Affected(NamedTuple):
    """The cards to be resolved, and what is to be kept of this run.

    `members` are all cards of the affected components; `updated` are those of them that are new or cut
    otherwise. The components of both are those before the run; a new card is one of its own.
    """

    members: dict[CardId, DedupeCard]
    updated: Mapping[CardId, DedupeCard]
    removed: Collection[CardId]
    added_texts: Collection[DedupeText]
    removed_texts: Collection[TextId]
    indexes: Mapping[IndexKind, IndexUpdate]
    summary: RunSummary
    lookup: SearchIndexes
    at_hand: AtHand


class ChangedCards(NamedTuple):
    """The cards that the changes name.

    `sightings` are all of the changed captures, `seen` their cards. `present` are these, and cards that lost
    a sighting and have others. `known` are those of the last run, of which `gone` have no sighting any more.
    Of `unread` cards nothing is known: a card that lost a sighting may be another one, in a row used again.
    """

    sightings: IntArray
    seen: set[CardId]
    present: set[CardId]
    known: dict[CardId, DedupeCard]
    gone: set[CardId]
    unread: set[CardId]


class BoilerplateUpdate(NamedTuple):
    """How texts are cut now that are new or cut otherwise, and what was read for that."""

    cuts: dict[CardId, Cut]
    known: dict[CardId, DedupeCard]
    cards: dict[CardId, ArchivedCard]
    keys: dict[CardId, CardKeys]
    openings: IndexUpdate


class TextUpdate(NamedTuple):
    """The cards of the boilerplate update as they are to be kept, and their texts.

    `affected` are the cards whose texts are to be compared with others than before.
    """

    updated: dict[CardId, DedupeCard]
    cards: dict[CardId, ArchivedCard]
    keys: dict[CardId, CardKeys]
    added: list[DedupeText]
    removed: set[TextId]
    order: TextOrder
    fingerprints: IndexUpdate
    affected: set[CardId]


class UseUpdate(NamedTuple):
    """Which texts are used otherwise than before.

    `removed` are those that no card has any more. `changed` are these, new ones, and those that were the text
    or the title of no card and are now, or the other way round: texts are compared more often than titles.
    """

    removed: set[TextId]
    changed: set[TextId]


class KeyUpdate(NamedTuple):
    """The index of blocking keys, and the cards that share one with an updated card."""

    blocking_keys: IndexUpdate
    linked: set[CardId]


class NeighbourUpdate(NamedTuple):
    """The indexes of neighbour pairs and of hosts.

    `affected` are cards whose pairs were found again, `linked` those that share a new pair; `captures` are
    those that were read.
    """

    neighbour_pairs: IndexUpdate
    hosts: IndexUpdate
    affected: set[CardId]
    linked: set[CardId]
    captures: dict[CaptureId, CaptureRef]


class HostUpdate(NamedTuple):
    """The pairs of hosts that are one site, and the cards of hosts that have become one, or two."""

    kin: frozenset[HostPair]
    affected: set[CardId]


class AuthorUpdate(NamedTuple):
    """The index of authors and their ranks.

    `affected` are the cards of authors whose rank is another, those of rare authors of updated cards, and
    those of rare authors on the captures that come next after changed ones.
    """

    authors: IndexUpdate
    ranks: AuthorRanks
    affected: set[CardId]


class TimestampUpdate(NamedTuple):
    """The bulk timestamps, and the cards seen at a time that has become one, or is none any more."""

    bulk: frozenset[datetime]
    affected: set[CardId]


def find_affected(store: DedupeStore, rules: Rules, overrides: list[Override]) -> Affected:
    """Follow the changes since the last run to all cards that they can reach."""
    last = store.summary()
    changes = store.changes()
    changed = changed_cards(store, changes)
    boilerplate = update_boilerplate(store, changed)
    texts = update_texts(store, changed, boilerplate, TextOrder.load(last.text_order), rules)
    by_key = update_blocking_keys(store, changed, boilerplate, texts)
    neighbours = update_neighbour_pairs(store, changes, changed, boilerplate, texts)
    timestamps = update_bulk_timestamps(store, changes, last.bulk_timestamps, rules)
    affected = (
        changed.present | texts.updated.keys() | texts.affected | neighbours.affected | timestamps.affected
    )
    hosts = update_kin_hosts(store, changed, texts, neighbours.hosts, last.kin_hosts)
    authors = update_author_ranks(store, changes, changed, boilerplate, texts, neighbours.hosts, rules)
    affected |= hosts.affected | authors.affected
    affected |= affected_by_overrides(store, last.overrides, overrides, affected)
    affected |= by_key.linked | neighbours.linked
    return Affected(
        members_of(store, changed, texts, affected),
        texts.updated,
        changed.gone,
        texts.added,
        texts.removed,
        {
            IndexKind.AUTHORS: authors.authors,
            IndexKind.OPENINGS: boilerplate.openings,
            IndexKind.FINGERPRINTS: texts.fingerprints,
            IndexKind.BLOCKING_KEYS: by_key.blocking_keys,
            IndexKind.NEIGHBOUR_PAIRS: neighbours.neighbour_pairs,
            IndexKind.HOSTS: neighbours.hosts,
        },
        RunSummary(overrides, timestamps.bulk, texts.order.stored(), hosts.kin),
        SearchIndexes(
            neighbours.neighbour_pairs.after,
            texts.fingerprints.after,
            texts.order,
            timestamps.bulk,
            hosts.kin,
            authors.ranks,
        ),
        AtHand(
            texts.cards,
            texts.keys,
            neighbours.captures,
            # a card that no run has met was seen on changed captures alone
            of_cards(changed.sightings, changed.present - changed.known.keys()),
        ),
    )


def changed_cards(store: DedupeStore, changes: Changes) -> ChangedCards:
    """Return the cards on changed captures, and those that lost a sighting."""
    sightings = rows_of(store.sightings_on(changes.captures))
    seen = cards_in(sightings)
    present = seen | cards_in(rows_of(store.sightings_of(changes.cards)))
    known = store.cards(seen | changes.cards)
    return ChangedCards(
        sightings,
        seen,
        present,
        known,
        gone=known.keys() - present,
        unread=(present - known.keys()) | (present & changes.cards),
    )


def update_boilerplate(store: DedupeStore, changed: ChangedCards) -> BoilerplateUpdate:
    """Cut the texts of new cards, and again those of groups that a text joined or left."""
    cards = store.archived_cards(changed.unread)
    keys = dict(zip(cards, card_keys([own.card for own in cards.values()]), strict=True))
    new = {row: own.text for row, own in keys.items()}
    before = InvertedIndex.load(store.segments(IndexKind.OPENINGS))
    groups = {row: groups_of(key) for row, key in new.items()}
    replaced = changed.known.keys() & (changed.gone | changed.unread)
    after = before.changed_to(replaced, Postings.of_sets(groups))
    left = (groups_of(Cut.of(changed.known[row]).key) for row in replaced)
    touched = set[int]().union(*groups.values(), *left)
    large = before.large(touched, WAYS) | after.large(touched, WAYS)
    in_large = cast("set[CardId]", after.owners_of(large))
    members = store.cards(in_large - changed.unread)
    in_company = {row: new[row] for row in new.keys() & in_large}
    cuts = updated_cuts(in_company, {row: Cut.of(own) for row, own in members.items()}, large)
    return BoilerplateUpdate(
        {row: Cut(text, 0, 0) for row, text in new.items()} | cuts,
        changed.known | members,
        cards,
        keys,
        IndexUpdate(before, after),
    )


def update_texts(
    store: DedupeStore, changed: ChangedCards, boilerplate: BoilerplateUpdate, order: TextOrder, rules: Rules
) -> TextUpdate:
    """Give the texts of updated cards ids and fingerprints, and follow how texts are paired."""
    cuts, known = boilerplate.cuts, boilerplate.known
    recut = store.archived_cards(cuts.keys() - changed.unread)
    recut_texts = [cuts[row].parts.text for row in recut]
    keys = {row: own._replace(text=cuts[row].parts.text) for row, own in boilerplate.keys.items()}
    keys |= zip(recut, card_keys([own.card for own in recut.values()], recut_texts), strict=True)
    by_hash = {
        hashed_key("text", text): text for row in cuts for text in (keys[row].text, keys[row].title) if text
    }
    ids = store.text_ids(by_hash)
    added = [
        DedupeText(TextId(number), hashed, text)
        for number, (hashed, text) in enumerate(
            ((hashed, text) for hashed, text in by_hash.items() if hashed not in ids), order.last_id() + 1
        )
    ]
    id_of = {by_hash[hashed]: text_id for hashed, text_id in ids.items()}
    id_of |= {new.text: new.id for new in added}
    updated = {row: _updated_card(row, cut, known.get(row), keys[row], id_of) for row, cut in cuts.items()}
    before = InvertedIndex.load(store.segments(IndexKind.FINGERPRINTS))
    uses = UseUpdate(set(), {new.id for new in added})
    if order.last_id():
        uses = _update_uses(store, known, updated, changed.gone)
    order = order.with_texts([(new.text, new.id) for new in added], store.texts)
    postings = fingerprint_postings([new.id for new in added], [new.text for new in added])
    after = before.changed_to(uses.removed, postings)
    affected: set[CardId] = set()
    if before.segments and uses.changed:
        pairs = changed_pairs(before, after, order, uses.changed, rules)
        affected = _cards_of_pairs(store, pairs, {new.id: new.text for new in added}, updated) - changed.gone
    return TextUpdate(
        updated,
        boilerplate.cards | recut,
        keys,
        added,
        uses.removed,
        order.without(uses.removed),
        IndexUpdate(before, after),
        affected,
    )


def _updated_card(
    row: CardId, cut: Cut, known: DedupeCard | None, keys: CardKeys, id_of: Mapping[str, TextId]
) -> DedupeCard:
    prefix, text, suffix = cut.parts
    return DedupeCard(
        row,
        known.component if known else ComponentId(row),
        neighbour_key(keys),
        id_of.get(text),
        id_of.get(keys.title),
        prefix,
        text,
        suffix,
        cut.suffix_length,
    )


def _update_uses(
    store: DedupeStore,
    known: Mapping[CardId, DedupeCard],
    updated: Mapping[CardId, DedupeCard],
    gone: Collection[CardId],
) -> UseUpdate:
    """Compare which texts the cards that are updated or gone had, and have, with what other cards have."""
    rows = updated.keys() | gone
    was, now = _uses_of(known[row] for row in rows & known.keys()), _uses_of(updated.values())
    stored = store.text_uses({use.text for use in was | now})
    others = {use for use in stored if use.card not in rows}
    before, after = ({(use.text, use.is_title) for use in others | uses} for uses in (was, now))
    return UseUpdate(
        {text for text, _ in before} - {text for text, _ in after}, {t for t, _ in before ^ after}
    )


def _uses_of(cards: Iterable[DedupeCard]) -> set[TextUse]:
    """Return which texts these cards have."""
    return {
        TextUse(own.row, text, is_title)
        for own in cards
        for text, is_title in ((own.text_id, False), (own.title_id, True))
        if text is not None
    }


def _cards_of_pairs(
    store: DedupeStore,
    pairs: Collection[tuple[TextId, TextId]],
    added: Mapping[TextId, str],
    updated: Mapping[CardId, DedupeCard],
) -> set[CardId]:
    """Return the stored cards with a text of these pairs, if the pair is worth comparing, or was."""
    ids = {text for pair in pairs for text in pair}
    text_of = {**store.texts(ids - added.keys()), **added}
    stored = store.text_uses(ids - added.keys())
    uses = {use for use in _uses_of(updated.values()) if use.text in ids} | stored
    texts, titles = (
        {text_of[use.text] for use in uses if use.is_title is is_title} for is_title in (False, True)
    )
    worth = set(
        chain.from_iterable(worth_comparing(((text_of[x], text_of[y]) for x, y in pairs), texts, titles))
    )
    return {use.card for use in stored if text_of[use.text] in worth}


def update_blocking_keys(
    store: DedupeStore, changed: ChangedCards, boilerplate: BoilerplateUpdate, texts: TextUpdate
) -> KeyUpdate:
    """Index the blocking keys of updated cards by their fields, and find the cards that share one."""
    own = Postings.of_sets({row: blocking_keys(texts.keys[row], ()) for row in texts.updated})
    before = InvertedIndex.load(store.segments(IndexKind.BLOCKING_KEYS))
    replaced = boilerplate.known.keys() & (texts.updated.keys() | changed.gone)
    after = before.changed_to(replaced, own)
    return KeyUpdate(IndexUpdate(before, after), cast("set[CardId]", after.sharing(own)))


def update_neighbour_pairs(
    store: DedupeStore,
    changes: Changes,
    changed: ChangedCards,
    boilerplate: BoilerplateUpdate,
    texts: TextUpdate,
) -> NeighbourUpdate:
    """Index between which neighbours the cards stood, and find the cards that share a new pair.

    A new capture adds pairs. Where a capture was read again, or a card on it has another neighbour key, the
    pairs of all its cards are found again, from all their captures.
    """
    known = boilerplate.known
    renamed = {
        row
        for row in texts.updated.keys() - changed.unread
        if texts.updated[row].neighbour_key != known[row].neighbour_key
    }
    read_again = changes.changed_captures | captures_in(rows_of(store.sightings_of(renamed)))
    rescanned = cards_in(rows_of(store.sightings_on(read_again))) | (changes.cards & changed.present)
    more = captures_in(rows_of(store.sightings_of(rescanned))) - changes.captures
    sightings = np.concatenate([changed.sightings, rows_of(store.sightings_on(more))])
    captures = store.captures(captures_in(sightings))
    names = {row: own.neighbour_key for row, own in (known | texts.updated).items()}
    missing = cards_in(sightings) - names.keys()
    names |= {row: own.neighbour_key for row, own in store.cards(missing).items()}
    found = neighbour_pairs_on(sightings, names, captures)
    pairs = InvertedIndex.load(store.segments(IndexKind.NEIGHBOUR_PAIRS))
    hosts = InvertedIndex.load(store.segments(IndexKind.HOSTS))
    gone, scanned = rescanned | changed.gone, rescanned | changed.seen
    without = pairs.without(gone)
    new = without.missing(found.owned_by(scanned))
    after = without.with_postings(new)
    of_host = hosts.without(gone)
    shown = of_host.missing(hosts_on(sightings, captures).owned_by(scanned))
    return NeighbourUpdate(
        IndexUpdate(pairs, after),
        IndexUpdate(hosts, of_host.with_postings(shown)),
        rescanned,
        cast("set[CardId]", after.sharing(new)),
        captures,
    )


def update_kin_hosts(
    store: DedupeStore,
    changed: ChangedCards,
    texts: TextUpdate,
    hosts: IndexUpdate,
    before: frozenset[HostPair],
) -> HostUpdate:
    """Compare what all hosts show, where there are several, and find the cards of those that have changed."""
    if not (texts.updated or hosts.is_changed()):
        return HostUpdate(before, set())
    shown = hosts.after.postings()
    kin = frozenset[HostPair]()
    if len(distinct_keys(shown.keys)) > 1:
        stored = rows_of(store.names_of_cards())
        stored = stored[~np.isin(stored[:, 0], np.fromiter(texts.updated, np.int64, len(texts.updated)))]
        new = rows_of((row, own.text_of_title, own.neighbour_key) for row, own in texts.updated.items())
        kin = kin_hosts(_hosts_of_texts(np.concatenate((stored, new)), shown))
    lesser = {min(pair, key=lambda key: (len(hosts.after.owners_of([key])), key)) for pair in kin ^ before}
    return HostUpdate(kin, cast("set[CardId]", hosts.after.owners_of(lesser)) - changed.gone)


def _hosts_of_texts(cards: IntArray, shown: Postings) -> Postings:
    """Return the hosts that show each text and each name of a card, with repeats.

    Args:
        cards: Each card with the id of its text and its neighbour key, 0 where it has none.
        shown: The hosts that show each card.
    """
    text_of, name_of = np.zeros(
        (2, int(max(cards[:, 0].max(initial=0), shown.owners.max(initial=0))) + 1), np.int64
    )
    names, number = np.unique(cards[:, 2], return_inverse=True)
    text_of[cards[:, 0]] = cards[:, 1]
    name_of[cards[:, 0]] = np.where(names == 0, 0, np.arange(1, len(names) + 1) + text_of.max())[number]
    texts = np.concatenate((text_of[shown.owners], name_of[shown.owners]))
    return Postings(np.tile(shown.keys, 2), texts).where(texts > 0)


def update_author_ranks(
    store: DedupeStore,
    changes: Changes,
    changed: ChangedCards,
    boilerplate: BoilerplateUpdate,
    texts: TextUpdate,
    hosts: IndexUpdate,
    rules: Rules,
) -> AuthorUpdate:
    """Index the authors of updated cards, rank all authors again, and find the cards on which that bears."""
    own = Postings.of_sets(
        {row: [author_key(author)] for row in texts.updated if (author := texts.keys[row].author)}
    )
    before = InvertedIndex.load(store.segments(IndexKind.AUTHORS))
    replaced = boilerplate.known.keys() & (texts.updated.keys() | changed.gone)
    after = before.changed_to(replaced, own)
    ranks = author_ranks(after.postings(), hosts.after.postings(), rules)
    ranked_before = author_ranks(before.postings(), hosts.before.postings(), rules)
    # the cards of a rare author are one component, as those of one title are
    joined = ranks.rare.intersection(own.keys.tolist())
    affected = after.owners_of(ranked_before.changed_to(ranks) | joined)
    if ranks.rare:  # a card takes turns with another one of its author from one capture to the next
        follow = cards_in(rows_of(store.sightings_on(store.captures_after(changes.captures))))
        affected |= follow & after.owners_of(ranks.rare)
    return AuthorUpdate(IndexUpdate(before, after), ranks, cast("set[CardId]", affected))


def update_bulk_timestamps(
    store: DedupeStore, changes: Changes, before: frozenset[datetime], rules: Rules
) -> TimestampUpdate:
    """Count the captures of each time that a changed capture has."""
    counts = store.captures_at_times_of(changes.captures)
    bulk = (before - counts.keys()) | {time for time, count in counts.items() if count > rules.bulk_captures}
    return TimestampUpdate(bulk, store.cards_at(before ^ bulk))


def affected_by_overrides(
    store: DedupeStore, before: list[Override], now: list[Override], affected: Collection[CardId]
) -> set[CardId]:
    """Return the cards of overrides that have changed, and of those about affected cards."""
    was, is_now = ({(own.left, own.right): own.same for own in some} for some in (before, now))
    pairs = was.keys() | is_now.keys()
    rows = store.card_rows({card for pair in pairs for card in pair})
    found: set[CardId] = set()
    for pair in pairs:
        cards = {rows[card] for card in pair if card in rows}
        if was.get(pair) != is_now.get(pair) or not cards.isdisjoint(affected):
            found |= cards
    return found


def members_of(
    store: DedupeStore, changed: ChangedCards, texts: TextUpdate, affected: Collection[CardId]
) -> dict[CardId, DedupeCard]:
    """Return all cards of the components of affected cards, and of those that are gone."""
    updated = texts.updated
    components = {changed.known[row].component for row in changed.gone}
    components |= {updated[row].component for row in updated}
    others = store.cards({row for row in affected if row not in updated})
    components |= {own.component for own in others.values()}
    members = store.members(components)
    for row in changed.gone:
        del members[row]
    return members | updated
