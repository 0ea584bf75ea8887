"""A site's template: given by the user as rules, or learned from its pages."""
