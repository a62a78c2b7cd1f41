"""The catalog: one SQLite file under `.kb/` that holds everything known about a repository's documents."""
