"""The geometry of a pair of spaces, and what a map between them does: arrays in, numbers out."""

from langalign.diagnostics.hubness import Hubness, hubness
from langalign.diagnostics.isospectrality import Isospectrality, isospectrality
from langalign.diagnostics.isotropy import iso_score
from langalign.diagnostics.pair_margins import pair_margins
from langalign.diagnostics.part_fit import PartFit, fit_by_part
from langalign.diagnostics.readings import Reading, readings
from langalign.diagnostics.spaces import SpaceDiagnostics, diagnose_spaces

__all__ = [
    "Hubness",
    "Isospectrality",
    "PartFit",
    "Reading",
    "SpaceDiagnostics",
    "diagnose_spaces",
    "fit_by_part",
    "hubness",
    "iso_score",
    "isospectrality",
    "pair_margins",
    "readings",
]
