"""The ingester: finds a repository's documents, reads, cuts and embeds them, and keeps the catalog up to date."""
