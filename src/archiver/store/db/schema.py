"""The tables of `archive.db`, as migrations that are applied when an archive is opened for writing.

`captures`, `payloads` and `warc_files` say where each record is; all else is computed from the records.
Integer ids are local to one database file. The `key` columns are the public ids of the exports, functions of
the content. A released migration is never edited; a change is a new migration at the end.
"""

from sqlite_utils import Database, Migrations

from archiver.store.db import search
from archiver.urlkey import host_of

migrations = Migrations("archiver")


@migrations()
def m001_archive(db: Database) -> None:
    """Create the tables of the first release."""
    for statement in _M001.split(";\n\n"):
        db.execute(statement)


_M001 = """
CREATE TABLE warc_files (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  length INTEGER NOT NULL  -- bytes of whole records that this database knows
);

CREATE TABLE payloads (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  length INTEGER NOT NULL,
  warc_file_id INTEGER NOT NULL REFERENCES warc_files (id),
  warc_offset INTEGER NOT NULL,
  warc_length INTEGER NOT NULL
);

CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  path TEXT,
  captured_at TEXT NOT NULL,
  time_basis TEXT NOT NULL,
  url_basis TEXT NOT NULL,
  status INTEGER,
  media_type TEXT,
  etag TEXT,
  last_modified TEXT,
  truncated TEXT,
  robots TEXT,  -- the decision that let the request out
  payload_id INTEGER NOT NULL REFERENCES payloads (id),
  is_revisit INTEGER NOT NULL,  -- whether the capture's own record holds no payload
  warc_file_id INTEGER NOT NULL REFERENCES warc_files (id),
  warc_offset INTEGER NOT NULL,
  warc_length INTEGER NOT NULL
);

CREATE INDEX captures_order ON captures (captured_at, url, key);

CREATE INDEX captures_url ON captures (url, captured_at);

CREATE INDEX captures_payload_id ON captures (payload_id);

CREATE TABLE pages (
  capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
  kind TEXT NOT NULL,
  confidence REAL NOT NULL,
  charset TEXT,
  language TEXT,
  next_url TEXT,
  feeds TEXT NOT NULL,  -- JSON array
  labels TEXT NOT NULL,  -- JSON array
  why TEXT NOT NULL,
  error TEXT
);

CREATE TABLE frontier (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  url TEXT NOT NULL,
  kind TEXT NOT NULL,
  chain TEXT NOT NULL,  -- the URL with which its line of older pages begins
  redirects INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'in flight', 'done', 'failed')),
  reason TEXT,
  capture_id INTEGER REFERENCES captures (id),
  UNIQUE (source, url)
);

CREATE INDEX frontier_capture_id ON frontier (capture_id);

CREATE TABLE posts (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  title TEXT,
  url TEXT,
  urls TEXT NOT NULL,  -- JSON array
  date TEXT,
  author TEXT,
  categories TEXT NOT NULL,  -- JSON array
  tags TEXT NOT NULL,  -- JSON array
  excerpt TEXT,
  language TEXT,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  sightings INTEGER NOT NULL,
  captures INTEGER NOT NULL
);

CREATE TABLE cards (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  post_id INTEGER REFERENCES posts (id),
  title TEXT,
  url TEXT,
  date TEXT,
  author TEXT,
  categories TEXT NOT NULL,  -- JSON array
  tags TEXT NOT NULL,  -- JSON array
  excerpt TEXT
);

CREATE INDEX cards_post_id ON cards (post_id);

CREATE TABLE sightings (
  capture_id INTEGER NOT NULL REFERENCES captures (id),
  position INTEGER NOT NULL,
  card_id INTEGER NOT NULL REFERENCES cards (id),
  PRIMARY KEY (capture_id, position)
) WITHOUT ROWID;

CREATE INDEX sightings_card_id ON sightings (card_id);

CREATE TABLE field_sources (
  post_id INTEGER NOT NULL REFERENCES posts (id),
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  card_id INTEGER NOT NULL REFERENCES cards (id),
  capture_id INTEGER NOT NULL REFERENCES captures (id),
  PRIMARY KEY (post_id, field, value)
) WITHOUT ROWID;

CREATE TABLE revisions (
  id INTEGER PRIMARY KEY,
  post_id INTEGER NOT NULL REFERENCES posts (id),
  title TEXT,
  excerpt TEXT,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  sightings INTEGER NOT NULL
);

CREATE INDEX revisions_post_id ON revisions (post_id);

CREATE TABLE matches (
  left_card_id INTEGER NOT NULL REFERENCES cards (id),
  right_card_id INTEGER NOT NULL REFERENCES cards (id),
  same INTEGER NOT NULL,
  score REAL NOT NULL,
  reasons TEXT NOT NULL,  -- JSON array
  PRIMARY KEY (left_card_id, right_card_id)
) WITHOUT ROWID;

CREATE VIEW post_timeline AS
  SELECT posts.key AS post, captures.captured_at, captures.url AS page, sightings.position,
         cards.title, cards.url, cards.date, cards.excerpt
  FROM sightings
  JOIN cards ON cards.id = sightings.card_id
  JOIN posts ON posts.id = cards.post_id
  JOIN captures ON captures.id = sightings.capture_id
  ORDER BY posts.key, captures.captured_at, captures.url, sightings.position;

CREATE VIEW posts_with_revisions AS
  SELECT posts.key AS post, posts.title, posts.url, count(*) AS revisions,
         posts.first_seen, posts.last_seen
  FROM posts JOIN revisions ON revisions.post_id = posts.id
  GROUP BY posts.id HAVING count(*) > 1
  ORDER BY revisions DESC, posts.key
"""


@migrations()
def m002_overrides(db: Database) -> None:
    """Manual overrides, whose records are in the WARC files with the captures."""
    for statement in _M002.split(";\n\n"):
        db.execute(statement)


_M002 = """
CREATE TABLE overrides (
  id INTEGER PRIMARY KEY,
  left_card TEXT NOT NULL,  -- public ids, the lesser first; a record may be taken in before its cards
  right_card TEXT NOT NULL,
  same INTEGER NOT NULL,
  said_at TEXT NOT NULL,
  cards TEXT NOT NULL,  -- JSON: both cards as a capture showed them
  warc_file_id INTEGER NOT NULL REFERENCES warc_files (id),
  warc_offset INTEGER NOT NULL,
  warc_length INTEGER NOT NULL,
  UNIQUE (left_card, right_card, said_at)
);

CREATE INDEX overrides_warc_file_id ON overrides (warc_file_id)
"""


@migrations()
def m003_reading(db: Database) -> None:
    """Add the parser version of each page, and indexes to find all rows that refer to a removed card."""
    db.execute("ALTER TABLE pages ADD COLUMN reading TEXT")  # unknown of the pages that are there
    db.execute("CREATE INDEX matches_right_card_id ON matches (right_card_id)")
    db.execute("CREATE INDEX field_sources_card_id ON field_sources (card_id)")


@migrations()
def m004_search(db: Database) -> None:
    """Add a full-text index of the posts with their former titles."""
    db.execute("ALTER TABLE posts ADD COLUMN former_titles TEXT NOT NULL DEFAULT '[]'")  # JSON array
    db.execute(
        "CREATE VIRTUAL TABLE posts_fts USING fts5 (title, former_titles, excerpt, author, categories, tags,"
        " content='posts', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
    )
    search.add(db, [post for (post,) in db.execute("SELECT id FROM posts")])


@migrations()
def m005_details(db: Database) -> None:
    """How each card was shown."""
    for statement in _M005.split(";\n\n"):
        db.execute(statement)


_M005 = """
CREATE TABLE details (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  href TEXT,  -- as written, where it is written otherwise than the card's url
  printed TEXT,
  precision TEXT,
  place TEXT,
  updated TEXT,
  image TEXT,
  language TEXT
);

ALTER TABLE sightings ADD COLUMN details_id INTEGER REFERENCES details (id);

CREATE INDEX sightings_details_id ON sightings (details_id) WHERE details_id IS NOT NULL;

CREATE VIEW cards_as_shown AS
  SELECT cards.key AS card, captures.captured_at, captures.url AS page, sightings.position,
         cards.title, cards.url, coalesce(details.href, cards.url) AS href, cards.date,
         details.printed, details.precision, details.place, details.updated, details.image,
         coalesce(details.language, pages.language) AS language
  FROM sightings
  JOIN cards ON cards.id = sightings.card_id
  JOIN captures ON captures.id = sightings.capture_id
  JOIN pages ON pages.capture_id = captures.id
  LEFT JOIN details ON details.id = sightings.details_id
  ORDER BY captures.captured_at, captures.url, captures.key, sightings.position
"""


@migrations()
def m006_blocks(db: Database) -> None:
    """Blocks of repeated elements on each page, for wrapper induction."""
    for statement in _M006.split(";\n\n"):
        db.execute(statement)


_M006 = """
CREATE TABLE signatures (
  id INTEGER PRIMARY KEY,
  signature TEXT NOT NULL UNIQUE  -- JSON: tags from the root on, classes, the permalink's place, the reach
);

CREATE TABLE blocks (
  capture_id INTEGER NOT NULL REFERENCES captures (id),
  rank INTEGER NOT NULL,
  signature_id INTEGER NOT NULL REFERENCES signatures (id),
  chosen INTEGER NOT NULL,
  cards INTEGER NOT NULL,
  score REAL NOT NULL,
  permalinks TEXT NOT NULL,  -- a digest
  outside INTEGER NOT NULL,  -- characters of prose beside the cards
  longest INTEGER NOT NULL,  -- characters of the longest card
  PRIMARY KEY (capture_id, rank)
) WITHOUT ROWID;

ALTER TABLE pages ADD COLUMN site_asked INTEGER NOT NULL DEFAULT 0;

CREATE INDEX pages_not_asked ON pages (capture_id) WHERE NOT site_asked
"""


@migrations()
def m007_components(db: Database) -> None:
    """Add the component of each post, so that unchanged components are left alone."""
    db.execute("ALTER TABLE posts ADD COLUMN component TEXT")  # unknown of the posts that are there
    db.execute("CREATE INDEX posts_component ON posts (component)")


@migrations()
def m008_together(db: Database) -> None:
    """Whether the cards of a capture are of one page, or rows of a data set."""
    db.execute("ALTER TABLE pages ADD COLUMN together INTEGER NOT NULL DEFAULT 1")


@migrations()
def m009_settled(db: Database) -> None:
    """Add the state of the last `dedupe`, and what has changed since then."""
    for statement in _M009.split(";\n\n"):
        db.execute(statement)


_M009 = """
DROP INDEX posts_component;

ALTER TABLE posts DROP COLUMN component;

CREATE TABLE settled (
  recipe TEXT NOT NULL,  -- by which the posts were made
  words TEXT NOT NULL,  -- JSON: the overrides
  crowded TEXT NOT NULL,  -- JSON: the bulk timestamps
  texts_in_order BLOB NOT NULL  -- ids of settled_texts, sorted by text
);

CREATE TABLE settled_texts (
  id INTEGER PRIMARY KEY,
  hash INTEGER NOT NULL UNIQUE,
  text TEXT NOT NULL  -- a text key without the site's boilerplate
);

CREATE TABLE settled_cards (
  card INTEGER PRIMARY KEY,  -- its id; the card may be gone
  component INTEGER NOT NULL,  -- one of its cards
  name INTEGER NOT NULL,  -- a hash: what names the card as a neighbour
  text_id INTEGER REFERENCES settled_texts (id),
  front TEXT NOT NULL,  -- boilerplate that was cut off in front of the text
  back TEXT NOT NULL,
  behind INTEGER NOT NULL  -- characters of boilerplate at the end, of which those in front are not in back
);

CREATE INDEX settled_cards_component ON settled_cards (component);

CREATE INDEX settled_cards_text_id ON settled_cards (text_id);

CREATE TABLE settled_keys (
  kind TEXT NOT NULL,
  part INTEGER NOT NULL,
  keys BLOB NOT NULL,  -- sorted, 8 bytes each
  owners BLOB NOT NULL,  -- ids of cards or texts, 4 bytes each
  PRIMARY KEY (kind, part)
);

CREATE TABLE changed_captures (
  capture INTEGER PRIMARY KEY,  -- its id
  again INTEGER NOT NULL  -- whether it was there before, and shows otherwise now
);

CREATE TABLE changed_cards (
  card INTEGER PRIMARY KEY  -- the id of one that has lost a sighting, and may be gone
);

CREATE TRIGGER sightings_come AFTER INSERT ON sightings BEGIN
  INSERT INTO changed_captures VALUES (new.capture_id, 0) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER sightings_go AFTER DELETE ON sightings BEGIN
  INSERT INTO changed_captures VALUES (old.capture_id, 1) ON CONFLICT DO UPDATE SET again = 1;
  INSERT INTO changed_cards VALUES (old.card_id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER pages_change AFTER UPDATE ON pages
WHEN old.language IS NOT new.language OR old.together IS NOT new.together BEGIN
  INSERT INTO changed_captures VALUES (new.capture_id, 1) ON CONFLICT DO UPDATE SET again = 1;
END
"""


@migrations()
def m010_former_cards(db: Database) -> None:
    """Retired cards whose ids were given out, with their last places."""
    for statement in _M010.split(";\n\n"):
        db.execute(statement)


_M010 = """
CREATE TABLE former_cards (
  id INTEGER PRIMARY KEY,  -- in the order in which they went
  card TEXT NOT NULL,  -- a public id
  post TEXT NOT NULL,  -- the public id that its post had
  facts TEXT NOT NULL,  -- JSON: the card, where it stood last, and some others of its post
  warc_file_id INTEGER NOT NULL REFERENCES warc_files (id),
  warc_offset INTEGER NOT NULL
);

CREATE INDEX former_cards_card ON former_cards (card);

CREATE INDEX former_cards_post ON former_cards (post);

CREATE INDEX former_cards_place ON former_cards (warc_file_id, warc_offset)
"""


@migrations()
def m011_thresholds(db: Database) -> None:
    """Add the score from which on two cards are one post, as the user set it."""
    for statement in _M011.split(";\n\n"):
        db.execute(statement)


_M011 = """
CREATE TABLE thresholds (
  id INTEGER PRIMARY KEY,
  score REAL NOT NULL,
  said_at TEXT NOT NULL,
  warc_file_id INTEGER NOT NULL REFERENCES warc_files (id),
  warc_offset INTEGER NOT NULL
);

CREATE INDEX thresholds_warc_file_id ON thresholds (warc_file_id)
"""


@migrations()
def m012_search_in_large_steps(db: Database) -> None:
    """FTS5 collects 16 MB in memory, not 1, so that it has a third less to merge on the disk."""
    db.execute("INSERT INTO posts_fts (posts_fts, rank) VALUES ('hashsize', 16000000)")


@migrations()
def m013_settled_gone(db: Database) -> None:
    """Add the deleted owners of an index segment, so that it need not be rewritten for them."""
    db.execute(
        "CREATE TABLE settled_gone (kind TEXT NOT NULL, part INTEGER NOT NULL,"
        " owners BLOB NOT NULL,  -- 4 bytes each\n"
        " PRIMARY KEY (kind, part))"
    )


@migrations()
def m014_words(db: Database) -> None:
    """Tables and columns are named by what they hold; not a row is rewritten."""
    for statement in _M014.split(";\n\n"):
        db.execute(statement)


_M014 = """
ALTER TABLE former_cards RENAME TO retired_cards;

ALTER TABLE retired_cards RENAME COLUMN facts TO snapshot;

DROP INDEX former_cards_card;

DROP INDEX former_cards_post;

DROP INDEX former_cards_place;

CREATE INDEX retired_cards_card ON retired_cards (card);

CREATE INDEX retired_cards_post ON retired_cards (post);

CREATE INDEX retired_cards_place ON retired_cards (warc_file_id, warc_offset);

ALTER TABLE overrides RENAME COLUMN said_at TO decided_at;

ALTER TABLE thresholds RENAME COLUMN said_at TO decided_at;

ALTER TABLE pages RENAME COLUMN reading TO parser_version;

ALTER TABLE pages RENAME COLUMN together TO same_page;

ALTER TABLE pages RENAME COLUMN site_asked TO template_applied;

DROP INDEX pages_not_asked;

CREATE INDEX pages_template_due ON pages (capture_id) WHERE NOT template_applied;

ALTER TABLE details RENAME TO card_details;

ALTER TABLE signatures RENAME TO block_signatures;

ALTER TABLE blocks RENAME TO page_blocks
"""


@migrations()
def m015_dedupe_state(db: Database) -> None:
    """Rename the tables of deduplication to the words of the code.

    They are created again and not altered: what they held was of another algorithm version, so the next
    `dedupe` would have emptied them.
    """
    for statement in _M015.split(";\n\n"):
        db.execute(statement)


_M015 = """
DROP TRIGGER sightings_come;

DROP TRIGGER sightings_go;

DROP TRIGGER pages_change;

DROP TABLE settled_gone;

DROP TABLE settled_keys;

DROP TABLE settled_cards;

DROP TABLE settled_texts;

DROP TABLE settled;

DROP TABLE changed_captures;

DROP TABLE changed_cards;

CREATE TABLE dedupe_state (
  algorithm_version TEXT NOT NULL,  -- by which the posts were made
  overrides TEXT NOT NULL,  -- JSON array: those that the posts follow
  bulk_timestamps TEXT NOT NULL,  -- JSON array: times of too many captures for one crawl session
  text_order BLOB NOT NULL  -- ids of dedupe_texts, 4 bytes each, sorted by text
);

CREATE TABLE dedupe_texts (
  id INTEGER PRIMARY KEY,
  hash INTEGER NOT NULL UNIQUE,
  text TEXT NOT NULL  -- a text key without boilerplate
);

CREATE TABLE dedupe_cards (
  card INTEGER PRIMARY KEY,  -- its id; the card may be gone
  component INTEGER NOT NULL,  -- the id of one of its cards
  neighbour_key INTEGER NOT NULL,  -- a hash: what names the card as a neighbour
  text_id INTEGER REFERENCES dedupe_texts (id),
  prefix TEXT NOT NULL,  -- boilerplate that was cut off in front of the text
  suffix TEXT NOT NULL,  -- boilerplate that was cut off at the end
  suffix_length INTEGER NOT NULL  -- characters of boilerplate at the end; suffix lacks those in prefix
);

CREATE INDEX dedupe_cards_component ON dedupe_cards (component);

CREATE INDEX dedupe_cards_text_id ON dedupe_cards (text_id);

CREATE TABLE index_segments (
  kind TEXT NOT NULL,
  segment INTEGER NOT NULL,
  keys BLOB NOT NULL,  -- sorted, 8 bytes each
  owners BLOB NOT NULL,  -- ids of cards or texts, 4 bytes each
  PRIMARY KEY (kind, segment)
);

CREATE TABLE index_tombstones (
  kind TEXT NOT NULL,
  segment INTEGER NOT NULL,
  owners BLOB NOT NULL,  -- deleted since the segment was written, 4 bytes each
  PRIMARY KEY (kind, segment)
);

CREATE TABLE dedupe_changed_captures (
  capture INTEGER PRIMARY KEY,  -- its id
  is_new INTEGER NOT NULL  -- whether the last run has not seen it, or it showed no card then
);

CREATE TABLE dedupe_changed_cards (
  card INTEGER PRIMARY KEY  -- the id of one that has lost a sighting, and may be gone
);

CREATE TRIGGER dedupe_sighting_added AFTER INSERT ON sightings BEGIN
  INSERT INTO dedupe_changed_captures VALUES (new.capture_id, 1) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER dedupe_sighting_removed AFTER DELETE ON sightings BEGIN
  INSERT INTO dedupe_changed_captures VALUES (old.capture_id, 0) ON CONFLICT DO UPDATE SET is_new = 0;
  INSERT INTO dedupe_changed_cards VALUES (old.card_id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER dedupe_page_changed AFTER UPDATE ON pages
WHEN old.language IS NOT new.language OR old.same_page IS NOT new.same_page BEGIN
  INSERT INTO dedupe_changed_captures VALUES (new.capture_id, 0) ON CONFLICT DO UPDATE SET is_new = 0;
END
"""


@migrations()
def m016_comparisons(db: Database) -> None:
    """Match weights as JSON objects, in a table that is named for what its rows are.

    Rows that are there keep their scores without weights until the next `dedupe`, which makes all posts again
    since its algorithm version is another.
    """
    for statement in _M016.split(";\n\n"):
        db.execute(statement)


_M016 = """
ALTER TABLE matches RENAME TO comparisons;

-- a JSON array of objects: signal (a label), weight (log odds), value (text)
ALTER TABLE comparisons RENAME COLUMN reasons TO match_weights;

UPDATE comparisons SET match_weights = '[]';

DROP INDEX matches_right_card_id;

CREATE INDEX comparisons_right_card_id ON comparisons (right_card_id)
"""


@migrations()
def m017_list_numbers(db: Database) -> None:
    """Add the list of its page in which each card stood.

    Sightings that are there are of list 0 until their pages are read again; not a row is rewritten.
    """
    for statement in _M017.split(";\n\n"):
        db.execute(statement)


_M017 = """
ALTER TABLE sightings ADD COLUMN list_number INTEGER NOT NULL DEFAULT 0;

DROP VIEW cards_as_shown;

CREATE VIEW cards_as_shown AS
  SELECT cards.key AS card, captures.captured_at, captures.url AS page, sightings.position,
         cards.title, cards.url, coalesce(card_details.href, cards.url) AS href, cards.date,
         card_details.printed, card_details.precision, card_details.place, card_details.updated,
         card_details.image, coalesce(card_details.language, pages.language) AS language,
         sightings.list_number
  FROM sightings
  JOIN cards ON cards.id = sightings.card_id
  JOIN captures ON captures.id = sightings.capture_id
  JOIN pages ON pages.capture_id = captures.id
  LEFT JOIN card_details ON card_details.id = sightings.details_id
  ORDER BY captures.captured_at, captures.url, captures.key, sightings.position
"""


@migrations()
def m018_titles_and_hosts(db: Database) -> None:
    """Let deduplication keep the titles of cards among the texts, and the hosts that are one site.

    What the last `dedupe` left is of another algorithm version: the next one makes all of it again.
    """
    for statement in _M018.split(";\n\n"):
        db.execute(statement)


_M018 = """
ALTER TABLE dedupe_cards ADD COLUMN title_id INTEGER REFERENCES dedupe_texts (id);

CREATE INDEX dedupe_cards_title_id ON dedupe_cards (title_id);

-- JSON array of pairs: hashes of hosts that show the same cards
ALTER TABLE dedupe_state ADD COLUMN kin_hosts TEXT NOT NULL DEFAULT '[]'
"""


@migrations()
def m019_provenance(db: Database) -> None:
    """Add by what a WARC file is known to be the archive's own, and which captures lost their record.

    `warcinfo` is the id of the file's first record, NULL where that is not known yet; `archive` is NULL
    in files of former versions.
    """
    db.execute("ALTER TABLE warc_files ADD COLUMN warcinfo TEXT")
    db.execute("ALTER TABLE warc_files ADD COLUMN archive TEXT")
    db.execute("ALTER TABLE captures ADD COLUMN is_lost INTEGER NOT NULL DEFAULT 0")


@migrations()
def m020_pauses(db: Database) -> None:
    """Keep the pauses that hosts ask for (Retry-After) beyond the run that was asked."""
    db.execute("CREATE TABLE pauses (host TEXT PRIMARY KEY, until TEXT NOT NULL)")


@migrations()
def m021_holes(db: Database) -> None:
    """Add to each URL of a crawl what its cards are compared with, and find cards by their title and URL.

    Crawls that are there have no baseline: what an older version left unseen is looked for once.
    """
    for statement in _M021.split(";\n\n"):
        db.execute(statement)


_M021 = """
-- the last capture before the crawl: only cards of later ones are new to it; NULL if there was none
ALTER TABLE frontier ADD COLUMN baseline_id INTEGER REFERENCES captures (id);

CREATE INDEX cards_title ON cards (title) WHERE title IS NOT NULL;

CREATE INDEX cards_url ON cards (url) WHERE url IS NOT NULL
"""


@migrations()
def m022_search_by_other_programs(db: Database) -> None:
    """Quote the name of the indexed table in the way in which Datasette and sqlite-utils look for it.

    SQLite keeps the text of the statement, so the index is made again.
    """
    db.execute("DROP TABLE posts_fts")
    db.execute(
        "CREATE VIRTUAL TABLE posts_fts USING fts5 (title, former_titles, excerpt, author, categories, tags,"
        ' content="posts", content_rowid="id", tokenize=\'unicode61 remove_diacritics 2\')'
    )
    db.execute("INSERT INTO posts_fts (posts_fts, rank) VALUES ('hashsize', 16000000)")
    search.add(db, [post for (post,) in db.execute("SELECT id FROM posts")])


@migrations()
def m023_visits(db: Database) -> None:
    """Keep when each source was crawled last; `failures` counts the crawls in a row that failed up to it."""
    db.execute("CREATE TABLE visits (source TEXT PRIMARY KEY, at TEXT NOT NULL, failures INTEGER NOT NULL)")


@migrations()
def m024_sites_of_posts(db: Database) -> None:
    """Add the site of each post, and the orders in which posts are listed.

    One index has two orders: `sightings` is there to be read with it, at a tenth of the time that a scan of
    the posts takes. So it is with `first_seen`, by which the posts of some days are listed.
    """
    db.execute("ALTER TABLE posts ADD COLUMN site TEXT")  # a host; that of its page for a post without a URL
    rows = db.execute(
        "SELECT posts.id, coalesce(posts.url, (SELECT captures.url FROM field_sources"
        " JOIN captures ON captures.id = capture_id WHERE post_id = posts.id ORDER BY field LIMIT 1), '')"
        " FROM posts"
    ).fetchall()
    db.conn.executemany(
        "UPDATE posts SET site = ? WHERE id = ?", ((host_of(url) or None, post) for post, url in rows)
    )
    db.execute("CREATE INDEX posts_order ON posts (first_seen, key)")
    db.execute("CREATE INDEX posts_site ON posts (site, first_seen)")
    db.execute("CREATE INDEX posts_last_seen ON posts (last_seen, key, sightings)")
    db.execute("CREATE INDEX posts_date ON posts (date, key, first_seen)")
    db.execute("CREATE INDEX posts_title ON posts (title, key)")
