"""The tables of `archive.db`, a module for each."""
