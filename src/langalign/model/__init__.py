"""The model: texts in, labels of another language out; and the folder it is saved as."""

from langalign.model.lang_align import LangAlign

__all__ = ["LangAlign"]
