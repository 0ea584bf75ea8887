"""Cards from the data that a page carries for its scripts and for machines."""
