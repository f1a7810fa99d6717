"""The record of truth: documents, articles, mentions, groups, claims and links in one SQLite file."""
