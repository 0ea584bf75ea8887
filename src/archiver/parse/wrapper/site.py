"""What is known of a site beside the page that is read."""

from dataclasses import dataclass, field

from archiver.parse.wrapper.learn import SiteTemplate
from archiver.parse.wrapper.rules import SiteRule


@dataclass(frozen=True, slots=True)
class Site:
    """What a page is read with: what other pages of its site taught, and the user's rule for the page."""

    learnt: SiteTemplate = field(default_factory=SiteTemplate)
    rule: SiteRule | None = None


NOTHING_KNOWN = Site()
"""A page is read alone."""
