"""Text -> vectors."""

from langalign.encoders.base import Encoder, Text, encoders

__all__ = ["Encoder", "Text", "encoders"]
