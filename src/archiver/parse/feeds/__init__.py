"""Feeds in XML and JSON."""
