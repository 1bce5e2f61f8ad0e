"""Models of several languages as one."""

from langalign.bundle.bundle import Bundle

__all__ = ["Bundle"]
