"""All that an archive holds, in terms that do not depend on the order of work."""

import contextlib
import sqlite3

OWN_IDS = {
    "id",
    "capture_id",
    "card_id",
    "post_id",
    "details_id",
    "signature_id",
    "left_card_id",
    "right_card_id",
}
QUERIES = {
    "captures": "SELECT key, url, path, captured_at, status FROM captures",
    "pages": "SELECT captures.key, pages.* FROM pages JOIN captures ON captures.id = capture_id",
    "cards": "SELECT cards.*, posts.key AS post FROM cards LEFT JOIN posts ON posts.id = post_id",
    "sightings": "SELECT captures.key AS capture, position, list_number, cards.key, card_details.key AS shown"
    " FROM sightings JOIN captures ON captures.id = capture_id JOIN cards ON cards.id = card_id"
    " LEFT JOIN card_details ON card_details.id = details_id",
    "card_details": "SELECT * FROM card_details",
    "page_blocks": "SELECT captures.key, signature, b.* FROM page_blocks b"
    " JOIN captures ON captures.id = capture_id JOIN block_signatures ON block_signatures.id = signature_id",
    "posts": "SELECT * FROM posts",
    "field_sources": "SELECT posts.key AS post, field, value, cards.key AS card, captures.key AS capture"
    " FROM field_sources f JOIN posts ON posts.id = f.post_id JOIN cards ON cards.id = f.card_id"
    " JOIN captures ON captures.id = f.capture_id",
    "revisions": "SELECT posts.key AS post, r.* FROM revisions r JOIN posts ON posts.id = r.post_id",
    "comparisons": "SELECT l.key AS l, r.key AS r, c.* FROM comparisons c"
    " JOIN cards l ON l.id = left_card_id JOIN cards r ON r.id = right_card_id",
}


def dump(folder):
    """Every row of every computed table, by table, without the ids that one database gives."""
    with contextlib.closing(sqlite3.connect(folder / "archive.db")) as db:
        db.row_factory = sqlite3.Row
        return {
            table: sorted(
                str({name: row[name] for name in row.keys() if name not in OWN_IDS})  # noqa: SIM118
                for row in db.execute(query)
            )
            for table, query in QUERIES.items()
        }
