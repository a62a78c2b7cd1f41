"""How good the answers are: on questions with known answers, or on what the repository's own past would have needed."""
