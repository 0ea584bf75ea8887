"""The pauses that hosts asked for, as the archive keeps them."""

from datetime import UTC, datetime, timedelta

from archiver.store import Store

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_the_longer_pause_of_a_host_counts_until_it_is_over(tmp_path):
    now = [NOW]
    with Store(tmp_path, "create", now=lambda: now[0]) as store:
        store.pauses.add("a.example", NOW + 60 * SECOND)
        store.pauses.add("a.example", NOW + 20 * SECOND)
        store.pauses.add("b.example", NOW + 2.5 * SECOND)
        assert store.pauses.all() == {"a.example": NOW + 60 * SECOND, "b.example": NOW + 3 * SECOND}
        now[0] += 3 * SECOND
        assert store.pauses.all() == {"a.example": NOW + 60 * SECOND}
        now[0] += 57 * SECOND
        assert store.pauses.all() == {}
        store.pauses.add("c.example", now[0] + SECOND)
        assert store.db["pauses"].count == 1  # what is over is forgotten
