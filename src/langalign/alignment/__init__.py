"""A classifier carried from one space into another, on arrays: what fits it, and what it then is.

:class:`~langalign.alignment.aligned_classifier.AlignedClassifier` is the way in. Which variant of
an aligner or a head is taken is decided by :mod:`langalign.agreement`.
"""
