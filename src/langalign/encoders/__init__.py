"""Text -> vectors."""

from langalign.data.text import Text
from langalign.encoders.base import Encoder, encoders

__all__ = ["Encoder", "Text", "encoders"]
