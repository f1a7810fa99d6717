"""Errors that a person can act on: each message says what is wrong, where, and what to do.

Catch ``KGError`` to catch them all. Anything else that escapes is a bug and keeps its traceback.
"""


class KGError(Exception):
    """The base of every error that this package raises on purpose."""


class ConfigError(KGError):
    """A setting, a pipeline file or an argument is wrong."""


class InputError(KGError):
    """A file that was given cannot be read as what it claims to be."""


class SchemaError(KGError):
    """The schema folder contradicts itself or says something unknown."""


class StageError(KGError):
    """A stage failed on an article, or returned what a stage may not return."""


class StoreError(KGError):
    """The store cannot be opened, read or written."""


class MissingPackageError(KGError):
    """An optional package is needed and absent; the message says what to install."""
