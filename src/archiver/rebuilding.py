"""The database built again from the WARC files, and put in the place of the former one.

An archive's folder goes in, and what was found comes out. Nothing that only the former database has is
dropped without a word: what was computed from a lost record is taken over, and a database that cannot be
read, or that is of another archive, is kept beside the new one.
"""

from collections.abc import Sequence
from pathlib import Path

from archiver.crawling import parse_pending
from archiver.errors import ConfigError
from archiver.merging import bring_up_to_date
from archiver.parse import SiteRule
from archiver.results import Rebuilt
from archiver.store import FormerDatabase, RetiredCard, Store, TakenOver, has_warc_files, take_over


def rebuild(folder: Path, rules: Sequence[SiteRule]) -> Rebuilt:
    """Build the database of the archive in *folder* again; the former one stays until the new one is whole.

    Raises:
        ConfigError: where there are no WARC files.
        StoreError: where another process uses the archive.
        SchemaTooNewError: where a newer version wrote the database, which may know more than this one.
    """
    if not has_warc_files(folder):
        raise ConfigError(f"{folder}: holds no WARC files to rebuild an archive from")
    with FormerDatabase(folder) as former:
        with Store(folder, "create", db_name=former.new_name, former=former.known_records()) as store:
            damaged = tuple(line for recovered in store.recovered for line in recovered.damage_lines())
            taken = former.read(lambda old: take_over(store, old), TakenOver(0, 0))
            store.frontier.restore(former.read(lambda old: old.frontier.unfinished(), []))
            store.pauses.add_all(former.read(lambda old: old.pauses.all(), {}))
            store.visits.restore(former.read(lambda old: old.visits.all(), {}))
            parse_pending(store, rules)
            store.retired_cards.add(former.read(lambda old: _ids_lost_to(store, old), []))
            posts = bring_up_to_date(store).posts
            captures = store.counts()["captures"]
        former.replace()
        return Rebuilt(captures, posts, damaged, taken.captures, former.kept)


def _ids_lost_to(rebuilt: Store, former: Store) -> list[RetiredCard]:
    """Return the cards of the former database that the rebuilt one lacks."""
    return list(former.retired_cards.missing_in(rebuilt.retired_cards))
