"""The version, for records and model cards."""

__version__ = "0.1.0"
