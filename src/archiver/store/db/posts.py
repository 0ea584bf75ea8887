"""Posts with their revisions, the sources of their fields, and the comparisons that hold them together."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from archiver.models import CARD_FIELDS, Post, SignalWeight, iso_time
from archiver.store.db import search
from archiver.store.db.cards import as_json, text_as_json
from archiver.store.db.transaction import transaction
from archiver.urlkey import host_of

_IN = "IN (SELECT value FROM json_each(?))"


class PostCounts(NamedTuple):
    """How many posts there are, and how many sightings they have together."""

    posts: int
    sightings: int


class Posts:
    """The posts of one archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def replace(self, posts: Sequence[Post], cards: Mapping[str, int], captures: Mapping[str, int]) -> None:
        """Replace the posts that any of the cards was in.

        Args:
            posts: what the cards are in now.
            cards: the row ids of all cards that the posts name, by public id.
            captures: likewise of the captures.
        """
        with transaction(self._db):
            indexed = self._indexed(cards)
            last = self._db.execute("SELECT coalesce(max(id), 0) FROM posts").fetchone()[0]
            numbered = [
                (indexed.get(_indexed_columns(post), last + n), post) for n, post in enumerate(posts, start=1)
            ]
            # most posts that are made again have the same words: these stay in the index
            kept = {post_id for post_id, _ in numbered if post_id <= last}
            self._remove(cards, kept)
            self._insert_posts(numbered, cards, captures)
            self._insert_parts(numbered, cards, captures)
            search.add(self._db, [post_id for post_id, _ in numbered if post_id not in kept])

    def of_card(self, card: str) -> str | None:
        """Return the public id of the post that a card (a public id) is in; None where it is in none."""
        row = self._db.execute(
            "SELECT posts.key FROM cards JOIN posts ON posts.id = post_id WHERE cards.key = ?", (card,)
        ).fetchone()
        return str(row[0]) if row else None

    def counts(self) -> PostCounts:
        """Count the posts and their sightings."""
        row = self._db.execute("SELECT count(*), coalesce(sum(sightings), 0) FROM posts").fetchone()
        return PostCounts(*row)

    def _indexed(self, cards: Mapping[str, int]) -> dict[tuple[str | None, ...], int]:
        """Return the row ids of the posts that any of the cards is in, by what the index has of them."""
        rows = self._db.execute(
            f"SELECT key, {', '.join(search.COLUMNS)}, id FROM posts WHERE id IN"
            f" (SELECT post_id FROM cards WHERE post_id IS NOT NULL AND id {_IN})",
            (as_json(cards.values()),),
        )
        return {tuple(columns): post_id for *columns, post_id in rows}

    def _remove(self, cards: Mapping[str, int], indexed: Collection[int]) -> None:
        """Remove the posts that any of the cards is in, and the comparisons of the cards.

        Posts of which *indexed* has the row ids stay in the index.
        """
        row_ids = as_json(cards.values())
        posts = as_json(
            post
            for (post,) in self._db.execute(
                f"SELECT DISTINCT post_id FROM cards WHERE post_id IS NOT NULL AND id {_IN}", (row_ids,)
            )
        )
        self._db.execute(f"UPDATE cards SET post_id = NULL WHERE post_id {_IN}", (posts,))
        self._db.execute(f"DELETE FROM comparisons WHERE left_card_id {_IN}", (row_ids,))
        search.remove(self._db, [post for post in json.loads(posts) if post not in indexed])
        for table in ("field_sources", "revisions"):
            self._db.execute(f"DELETE FROM {table} WHERE post_id {_IN}", (posts,))
        self._db.execute(f"DELETE FROM posts WHERE id {_IN}", (posts,))

    def _insert_posts(
        self, posts: Sequence[tuple[int, Post]], cards: Mapping[str, int], captures: Mapping[str, int]
    ) -> None:
        pages = self._page_urls({captures[post.sources[0].capture] for _, post in posts if _needs_page(post)})
        self._db.conn.executemany(
            f"INSERT INTO posts (id, key, urls, {', '.join(CARD_FIELDS)}, language, first_seen, last_seen,"
            f" sightings, captures, former_titles, site) VALUES ({', '.join('?' * (len(CARD_FIELDS) + 10))})",
            (
                (
                    post_id,
                    post.id,
                    as_json(post.urls),
                    post.url,
                    post.title,
                    post.date,
                    post.author,
                    as_json(post.categories),
                    as_json(post.tags),
                    post.excerpt,
                    post.language,
                    iso_time(post.first_seen),
                    iso_time(post.last_seen),
                    post.sightings,
                    post.captures,
                    _former_titles_as_json(post),
                    host_of(pages[captures[post.sources[0].capture]] if _needs_page(post) else post.url or "")
                    or None,
                )
                for post_id, post in posts
            ),
        )
        self._db.conn.executemany(
            "UPDATE cards SET post_id = ? WHERE id = ?",
            ((post_id, cards[card]) for post_id, post in posts for card in post.cards),
        )

    def _page_urls(self, captures: Collection[int]) -> dict[int, str]:
        """Return the URLs of captures by their rows."""
        if not captures:
            return {}
        return dict(
            self._db.execute(f"SELECT id, url FROM captures WHERE id {_IN}", (as_json(sorted(captures)),))
        )

    def _insert_parts(
        self, posts: Sequence[tuple[int, Post]], cards: Mapping[str, int], captures: Mapping[str, int]
    ) -> None:
        self._db.conn.executemany(
            "INSERT INTO field_sources (post_id, field, value, card_id, capture_id) VALUES (?, ?, ?, ?, ?)",
            (
                (post_id, s.field, s.value, cards[s.card], captures[s.capture])
                for post_id, post in posts
                for s in post.sources
            ),
        )
        self._db.conn.executemany(
            "INSERT INTO revisions (post_id, title, excerpt, first_seen, last_seen, sightings)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                (post_id, r.title, r.excerpt, iso_time(r.first_seen), iso_time(r.last_seen), r.sightings)
                for post_id, post in posts
                for r in post.revisions
            ),
        )
        self._db.conn.executemany(
            "INSERT INTO comparisons (left_card_id, right_card_id, same, score, match_weights)"
            " VALUES (?, ?, ?, ?, ?)",
            sorted(
                (cards[m.left], cards[m.right], m.same, m.score, _match_weights_as_json(m.match_weights))
                for _, post in posts
                for m in post.comparisons
            ),
        )


def _needs_page(post: Post) -> bool:
    """Whether the site of a post is that of the page that showed it first: its own URL has no host."""
    return not host_of(post.url or "") and bool(post.sources)


def _indexed_columns(post: Post) -> tuple[str | None, ...]:
    """Return the public id of a post, and its row's columns in the full-text index."""
    return (
        post.id,
        post.title,
        _former_titles_as_json(post),
        post.excerpt,
        post.author,
        as_json(post.categories),
        as_json(post.tags),
    )


def _former_titles_as_json(post: Post) -> str:
    return as_json(dict.fromkeys(r.title for r in post.revisions if r.title and r.title != post.title))


def _match_weights_as_json(weights: Iterable[SignalWeight]) -> str:
    """Return the JSON array of objects that the column of a comparison holds."""
    objects = (
        f'{{"signal": {text_as_json(w.signal)}, "weight": {w.weight}, "value": {text_as_json(w.value)}}}'
        for w in weights
    )
    return f"[{', '.join(objects)}]"


def remove_all_posts(db: Database) -> None:
    """Remove every post with its parts; the cards stay."""
    db.execute("UPDATE cards SET post_id = NULL WHERE post_id IS NOT NULL")
    search.clear(db)
    for table in ("comparisons", "revisions", "field_sources", "posts"):
        db.execute(f"DELETE FROM {table}")
