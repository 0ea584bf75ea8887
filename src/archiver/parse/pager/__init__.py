"""The hyperlink to the next older page."""
