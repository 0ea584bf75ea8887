"""The thresholds of deduplication, each with the measurement that set it."""

from pydantic import Field

from archiver.defaults import DEFAULT_THRESHOLD
from archiver.models import Model, content_key


class Rules(Model):
    """The thresholds that decide. A run stores the rules that it used."""

    threshold: float = Field(default=DEFAULT_THRESHOLD, ge=0, le=100)
    """The least score (0 to 100) at which two cards are one post.

    On simulated lives of sites: precision 0.968 and recall 0.966 at 60, 0.975 and 0.962 at 75, 0.983 and
    0.951 at 90; real histories do not change between 50 and 90.
    """
    apart: float = Field(default=4.0, ge=0, le=100)
    """The score below which a contradicted pair is a cannot-link.

    Two real text histories: pairwise F1 0.979 and 1.0 at 3, 0.975 and 0.995 at 10, 0.974 and 0.976 at 30.
    """
    block_cap: int = Field(default=24, ge=2)
    """Texts of a block up to which all its pairs are compared; beyond, neighbours only. Bounds the cost."""
    block_reach: int = Field(default=3, ge=1)
    """Neighbours in sorted order that each text, or each card of a large group, is compared with."""
    group_cap: int = Field(default=8, ge=2)
    """Cards of one text, title or URL up to which all their pairs are weighed. Bounds the cost."""
    text_cards: int = Field(default=4, ge=1)
    """Cards of one text that are weighed against those of a similar text. The other cards of that text follow
    by their own text."""
    rare_author_cards: int = Field(default=8, ge=0)
    """Cards of the archive that a rare author has at most: these are compared with each other.

    On a link site's titles and authors recall is 0.610 with none, 0.693 at 6, 0.703 at 8, 0.708 at 12.
    """
    rare_author_share: float = Field(default=1 / 64, ge=0, le=1)
    """Share of the cards of any one host that a rare author has at most; 1/32 gives the same figures."""
    bulk_captures: int = Field(default=100, ge=1)
    """Captures of one time up to which they are one crawl session; a file of records has one time for all."""

    @property
    def key(self) -> str:
        """Return a name for these rules, equal for equal rules."""
        return content_key(*self.model_dump().values())
