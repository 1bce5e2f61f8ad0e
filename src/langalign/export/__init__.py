"""Fitted models in formats that need less, or other things, than LangAlign."""

from langalign.export.base import ExportFormat, export_model, formats

__all__ = ["ExportFormat", "export_model", "formats"]
