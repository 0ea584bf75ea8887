"""The choice of a page's cards among its groups of repeated elements."""
