"""Run on two Ray workers; the process of an actor is killed while it encodes."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np
import ray

from langalign.aligners.statistics_folder import save_statistics
from langalign.distributed import ray_engine, ray_statistics
from langalign.distributed.encoder_reference import EncoderReference
from langalign.encoders.resolve import resolve


class MortalReference:
    """An encoder whose process is killed in the middle of its work, once."""

    def __init__(self, reference, tomb):
        self.reference, self.tomb = reference, tomb

    def encode(self, texts):
        if "text number 30" in texts and not Path(self.tomb).exists():
            Path(self.tomb).write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return self.reference.encode(texts)


def main():
    (out,) = sys.argv[1:]
    encoder = resolve("mini")
    texts = [f"text number {number}" for number in range(40)]
    reference = EncoderReference.of(encoder)
    rows = [{"row": row, "source": text, "target": text + "!"} for row, text in enumerate(texts)]
    with ray_engine.session(n_workers=2):
        pairs = ray_engine.encoded(
            ray.data.from_items(rows, override_num_blocks=5),
            {"source": MortalReference(reference, f"{out}/tomb"), "target": reference},
            batch_size=8,
        ).materialize()
        save_statistics(ray_statistics.statistics(pairs, batch_size=8), f"{out}/sums")
        found = {row["row"]: row["source"] for row in pairs.iter_rows()}
    vectors = np.stack([found[row] for row in range(len(texts))])
    np.testing.assert_allclose(vectors, encoder.encode(texts), atol=1e-6)
    print("done")


if __name__ == "__main__":
    main()
