"""The errors that a user can do something about; everything else is a bug."""


class KbError(Exception):
    """A known failure. Its message says what went wrong, where, and what to do about it."""


class ConfigError(KbError):
    """The configuration, or what was asked on the command line, cannot be used as it stands."""


class SourceError(KbError):
    """A file of the repository cannot be read or parsed."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class StoreError(KbError):
    """The index under `.kb/` cannot be opened, read or written."""
