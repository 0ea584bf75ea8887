"""What is known about a site, besides the page that is parsed."""

from dataclasses import dataclass, field

from archiver.parse.wrapper.learn import SiteTemplate
from archiver.parse.wrapper.rules import SiteRule


@dataclass(frozen=True, slots=True)
class Site:
    """What a page is parsed with: the template learned from the site's pages, and the user's rule."""

    template: SiteTemplate = field(default_factory=SiteTemplate)
    rule: SiteRule | None = None


NOTHING_KNOWN = Site()
"""No template and no rule: the page is parsed alone."""
