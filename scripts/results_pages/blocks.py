"""What stands in which marked place."""

from __future__ import annotations

from collections.abc import Callable

from results_pages.aligner_curves import aligner_picture
from results_pages.aligners import alignment, gap, plateau, taught_pairs
from results_pages.differences import gaps
from results_pages.distillation import distillation
from results_pages.encoding import encoding_cost, encoding_gain, encoding_speed
from results_pages.expected_accuracy import expected_accuracy
from results_pages.fitting import fitting, many_pairs_cost, scale
from results_pages.migration import migration
from results_pages.mining import mining
from results_pages.names import ONE, TWO
from results_pages.paper.blocks import PAPER_BLOCKS
from results_pages.rare_classes import rare_classes
from results_pages.records import HUNDRED, Records
from results_pages.runs import chance, chosen, setup, times
from results_pages.sentences import headline, limits
from results_pages.service import (
    service_faults,
    service_kills,
    service_soak,
    service_throughput,
)
from results_pages.speed import folding, mini_rate, start, training
from results_pages.tables import probe, summary, table, ways
from results_pages.word_translation import word_translation

BLOCKS: dict[str, Callable[[Records], str]] = {
    "headline": headline,
    "summary": summary,
    "limits": limits,
    "setup": setup,
    "references": table("reference"),
    "two-encoders": table(TWO),
    "one-encoder": table(ONE),
    "references-f1": table("reference", "macro_f1"),
    "two-encoders-f1": table(TWO, "macro_f1"),
    "one-encoder-f1": table(ONE, "macro_f1"),
    "ways": ways,
    "rare-classes": rare_classes,
    "mining": mining,
    "migration": migration,
    "encoding-speed": encoding_speed,
    "encoding-cost": encoding_cost,
    "encoding-gain": encoding_gain,
    "fitting": fitting,
    "start": start,
    "mini-rate": mini_rate,
    "folding": folding,
    "training": training,
    "scale": scale,
    "many-pairs-cost": many_pairs_cost,
    "chance": chance,
    "chosen": chosen,
    "times": times,
    "expected-accuracy": expected_accuracy,
    "probe": probe,
    "word-translation": word_translation,
    "aligners-curves": aligner_picture,
    "aligners-retrieval": alignment("retrieval"),
    "aligners-sentiment": alignment("sentiment"),
    "aligners-gap": gap,
    "aligners-plateau": plateau,
    "taught-pairs": taught_pairs,
    "distillation": distillation,
    "english-only": gaps(("linear", "english-only"), ("reverse-linear", "english-only")),
    "ten-lines": gaps(
        ("linear", "ten-lines"),
        ("reverse-linear", "ten-lines"),
        ("linear, not centred", "ten-lines"),
        ("reverse-linear, not centred", "ten-lines"),
    ),
    "native-100": gaps(("linear", "native-100"), ("reverse-linear", "native-100"), second=HUNDRED),
    "networks": gaps(
        ("fc", "linear"),
        ("ae", "linear"),
        ("reverse-fc", "reverse-linear"),
        ("reverse-ae", "reverse-linear"),
        ("fc", "ae"),
    ),
    "centring": gaps(
        ("linear", "linear, not centred"), ("reverse-linear", "reverse-linear, not centred")
    ),
    "oracle": gaps(("linear", "linear, oracle"), ("reverse-linear", "reverse-linear, oracle")),
    "directions": gaps(("linear", "reverse-linear")),
    "service-throughput": service_throughput,
    "service-faults": service_faults,
    "service-kills": service_kills,
    "service-soak": service_soak,
    **PAPER_BLOCKS,
}
