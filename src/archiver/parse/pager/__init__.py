"""Finding the next older page."""
