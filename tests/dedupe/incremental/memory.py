"""A store in memory that the engine of incremental deduplication runs on, as it does on the database."""

from collections import Counter
from datetime import timedelta

from archiver.dedupe.blocking.keyindex import StoredSegment
from archiver.dedupe.evidence.sightings import CaptureRef
from archiver.dedupe.incremental.state import ArchivedCard, Changes, IndexKind, RunSummary, TextUse
from archiver.models import Sighting
from tests.dedupe.blocking.index import stored_after


class MemoryStore:
    """Implements `archiver.dedupe.incremental.state.DedupeStore`, and takes in pages.

    A row of a card that is gone is given to the next new card.
    """

    def __init__(self):
        self.archived, self.refs, self.languages, self.shown = {}, {}, {}, {}
        self.said = {}
        self.reset(None)

    # what a crawl does

    def show(self, capture, page, start):
        """Put a page in the place of what a capture has shown; the capture is new if it has shown nothing."""
        ref = CaptureRef(start + timedelta(hours=capture % 7), page.url, f"c{capture}", page.same_page)
        before = {place: row for place, row in self.shown.items() if place[0] == capture}
        if before or (capture in self.refs and self.refs[capture] != ref):
            self.due.new_captures.discard(capture)
            self.due.changed_captures.add(capture)
        elif capture not in self.due.changed_captures:
            self.due.new_captures.add(capture)
        self.due.cards.update(before.values())
        for place in before:
            del self.shown[place]
        self.refs[capture], self.languages[capture] = ref, page.language
        for position, card in zip(page.shown_at, page.cards, strict=True):
            self.shown[capture, position] = self.row_of(card)
        for row in self.archived.keys() - self.shown.values():
            self.remove_posts([self.archived.pop(row).id])

    def row_of(self, card):
        rows = {own.id: row for row, own in self.archived.items()}
        row = rows.get(card.key) or next(n for n in range(1, len(rows) + 2) if n not in self.archived)
        self.archived[row] = ArchivedCard(card.key, card)
        return row

    def all_cards(self):
        return dict(self.archived.values())

    def all_sightings(self):
        return [
            Sighting(
                capture=self.refs[capture].capture,
                captured_at=self.refs[capture].captured_at,
                position=position,
                card=self.archived[row].id,
                language=self.languages[capture],
                same_page=self.refs[capture].same_page,
                url=self.refs[capture].url,
            )
            for (capture, position), row in self.shown.items()
        ]

    # what the archive holds

    def overrides(self):
        return [self.said[pair] for pair in sorted(self.said)]

    def card_rows(self, ids):
        return {own.id: row for row, own in self.archived.items() if own.id in set(ids)}

    def archived_cards(self, rows):
        return {row: self.archived[row] for row in rows if row in self.archived}

    def captures(self, rows):
        return {row: self.refs[row] for row in rows}

    def sightings_on(self, captures):
        return [(row, *place) for place, row in self.shown.items() if place[0] in captures]

    def sightings_of(self, cards):
        return [(row, *place) for place, row in self.shown.items() if row in cards]

    def languages_at(self, places):
        return [self.languages[capture] for capture, _ in places]

    def captures_at_times_of(self, captures):
        counts = Counter(self.refs[capture].captured_at for capture in {place[0] for place in self.shown})
        return {self.refs[row].captured_at: counts[self.refs[row].captured_at] for row in captures}

    def captures_before(self, captures):
        found = {row: [x for x in self.of_url(row) if self.refs[x] < self.refs[row]] for row in captures}
        return {row: some[-1] for row, some in found.items() if some}

    def captures_after(self, captures):
        found = ([x for x in self.of_url(row) if self.refs[x] > self.refs[row]] for row in captures)
        return {some[0] for some in found if some}

    def of_url(self, row):
        shown = {capture for capture, _ in self.shown}
        same = [x for x in shown if self.refs[x].url == self.refs[row].url]
        return sorted(same, key=self.refs.__getitem__)

    def cards_at(self, times):
        return {row for (capture, _), row in self.shown.items() if self.refs[capture].captured_at in times}

    # what the last run left

    def algorithm_version(self):
        return self.version

    def changes(self):
        due = self.due
        return Changes(set(due.new_captures), set(due.changed_captures), set(due.cards))

    def summary(self):
        return self.left

    def cards(self, rows):
        return {row: self.known[row] for row in rows if row in self.known}

    def members(self, components):
        return {row: own for row, own in self.known.items() if own.component in components}

    def component_sizes(self):
        return sorted(Counter(own.component for own in self.known.values()).items())

    def texts(self, ids):
        return {text_id: self.stored_texts[text_id].text for text_id in ids}

    def text_ids(self, hashes):
        return {own.hash: own.id for own in self.stored_texts.values() if own.hash in hashes}

    def text_uses(self, ids):
        found = {TextUse(row, own.text_id, False) for row, own in self.known.items()}
        found |= {TextUse(row, own.title_id, True) for row, own in self.known.items()}
        return {use for use in found if use.text in ids}

    def names_of_cards(self):
        return {(row, own.text_of_title, own.neighbour_key) for row, own in self.known.items()}

    def segments(self, kind):
        return self.indexes[kind].values()

    # what a run writes

    def reset(self, algorithm_version):
        self.version, self.left = algorithm_version, RunSummary([], frozenset(), b"", frozenset())
        self.known, self.stored_texts, self.posts = {}, {}, {}
        self.indexes: dict[IndexKind, dict[int, StoredSegment]] = {kind: {} for kind in IndexKind}
        self.due = Changes({capture for capture, _ in self.shown}, set(), set())

    def save(self, update):
        self.left = update.summary
        self.stored_texts |= {text.id: text for text in update.texts}
        for row in update.removed_cards:
            del self.known[row]
        self.known |= {own.row: own for own in update.cards}
        for row, component in update.components.items():
            self.known[row] = self.known[row]._replace(component=component)
        for text_id in update.removed_texts:
            del self.stored_texts[text_id]
        for kind, index in update.indexes.items():
            self.indexes[kind] = stored_after(self.indexes[kind], index)
        self.due = Changes(set(), set(), set())

    def replace_posts(self, posts, cards, captures):
        assert {card for post in posts for card in post.cards} == cards.keys()
        assert {source.capture for post in posts for source in post.sources} <= captures.keys()
        self.remove_posts(cards)
        self.posts |= {post.id: post for post in posts}

    def remove_posts(self, cards):
        self.posts = {post.id: post for post in self.posts.values() if not set(post.cards) & set(cards)}
