"""Every error that LangAlign raises on purpose: one tree, one meaning per class.

A message says what was given, what was expected and what to do about it. The command line prints
it without a traceback and exits with status 2.
"""

from __future__ import annotations


class LangAlignError(Exception):
    """Base of all errors that a caller can correct."""


class DataError(LangAlignError, ValueError):
    """A file, a table or an array does not hold what it should."""


class VectorError(DataError):
    """An array of vectors has the wrong shape, type or values."""


class NotFittedError(LangAlignError, ValueError, AttributeError):
    """A method that needs a fitted object was called before ``fit``."""


class SettingError(LangAlignError, ValueError):
    """A parameter has an invalid value."""


class UnknownNameError(LangAlignError, KeyError):
    """No component is registered under the name given."""

    def __str__(self) -> str:
        """Return the message itself (``KeyError`` would show its ``repr``)."""
        return str(self.args[0])


class SpaceMismatchError(LangAlignError, ValueError):
    """Vectors of one space were given where another space is expected."""


class PersistenceError(LangAlignError):
    """A saved folder is missing, damaged, incomplete or of another format."""


class HubError(LangAlignError):
    """A model hub cannot be reached, refuses, or holds something other than what was requested."""


class MissingDependencyError(LangAlignError, ImportError):
    """An optional package is needed and not installed."""


class EncoderError(LangAlignError):
    """An encoder cannot be found or loaded, or what it returned is invalid."""


class AlignmentFailedError(LangAlignError):
    """A map that was learned without pairs cannot be trusted, and is not returned."""


class DataWarning(UserWarning):
    """Something in the data is doubtful; the work goes on."""


class EncoderWarning(UserWarning):
    """An encoder runs in another way than expected, though it is the same encoder."""


class FitWarning(UserWarning):
    """A fit ended in a state that its user should know about."""
