"""The fields of one card: title, date, author, categories, tags, excerpt, picture, language."""
