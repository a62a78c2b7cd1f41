"""The repository's own past as questions: what a commit changed is what its author should have been shown before."""
