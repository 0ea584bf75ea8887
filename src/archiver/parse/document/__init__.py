"""Markup to a flat tree: elements, texts, hyperlinks, regions."""
