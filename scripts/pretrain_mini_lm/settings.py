"""What decides a pretrained network, besides the text and the library versions."""

from __future__ import annotations

from dataclasses import dataclass

from langalign.errors import SettingError


def _require(name: str, value: object, holds: bool, expected: str) -> None:
    if not holds:
        raise SettingError(f"{name} is {value!r}; it must be {expected}")


@dataclass(frozen=True, slots=True)
class TextSettings:
    """What decides the prepared text.

    Parameters
    ----------
    vocab_size
        Sub-words, all languages together. 32,000 rows of 384 bytes are half of what is shipped.
    sample_bytes
        Text a language from which the sub-words are learned: the same for each.
    row_length
        Tokens per row, and the longest text that the network sees in training.
    max_lines
        Lines a language that are read; ``None`` reads all.
    bpe_dropout
        Chance that a merge is left out, in all tokenisations but the first: a word then comes in
        several splittings, which helps with text that is spelt otherwise than the training text.
        Off at 0: texts get longer, so fewer of them are seen in the same time.
    tokenisations
        How often all text is split into sub-words; the passes over the text go round them. More
        than one only makes a difference with ``bpe_dropout``.
    seed
        Of the sample.
    """

    vocab_size: int = 32_000
    sample_bytes: int = 10_000_000
    row_length: int = 256
    max_lines: int | None = None
    bpe_dropout: float = 0.0
    tokenisations: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        _require("vocab_size", self.vocab_size, 1 <= self.vocab_size < 2**16, "1 to 65,535")
        _require("row_length", self.row_length, self.row_length >= 8, "8 or more")
        _require("bpe_dropout", self.bpe_dropout, 0 <= self.bpe_dropout < 1, "from 0 to below 1")
        _require("tokenisations", self.tokenisations, self.tokenisations >= 1, "1 or more")
        if (self.tokenisations > 1) != (self.bpe_dropout > 0):
            raise SettingError(
                f"bpe_dropout={self.bpe_dropout} with tokenisations={self.tokenisations}: the "
                "first tokenisation drops no merge and the others differ by it alone, so set both "
                "or neither"
            )


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What decides the network and how it is trained.

    Parameters
    ----------
    layers, dim, heads, mlp
        Shape of the network: its layers, its width, the attention heads and the width between the
        two halves of each layer's perceptron.
    batch_rows
        Rows per step, the same number of each language: small files are passed over more often.
    learning_rate
        At its peak, of both optimizers.
    warm_up
        Share of the run in which the learning rate rises.
    weight_decay
        Of matrices alone.
    mask_share
        Share of the tokens that are to be guessed.
    spans
        Hide runs of one to three tokens, not single ones: what is left of a word or of a name then
        gives it away less often, so that more is learned from each row. Off by default: it has not
        been compared here.
    dropout
        In the network. 0 while all text is new; where the passes over a small file are many it
        keeps the network from learning lines by heart.
    compiled
        Let PyTorch compile the layers: small ones are bound by memory, and compiled ones pass it
        less often. On a CPU, a step of 6 layers then took a third of the time. Off by default: it
        needs a C++ compiler, or Triton on a GPU, and takes up to minutes at the start.
    bfloat16
        Multiply matrices in bfloat16, which takes half the time or less on a GPU and on CPUs with
        instructions for it, and far longer on others. Weights and sums stay in float32.
    seed
        Of the weights, the order of the rows, the masks and the dropout.
    """

    layers: int = 6
    dim: int = 384
    heads: int = 6
    mlp: int = 1024
    batch_rows: int = 256
    learning_rate: float = 2e-3
    warm_up: float = 0.05
    weight_decay: float = 0.01
    mask_share: float = 0.2
    spans: bool = False
    dropout: float = 0.0
    compiled: bool = False
    bfloat16: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("layers", "dim", "heads", "mlp", "batch_rows"):
            _require(name, getattr(self, name), getattr(self, name) >= 1, "1 or more")
        even = self.dim % (2 * self.heads) == 0
        _require("dim", self.dim, even, f"a multiple of twice the {self.heads} heads")
        _require("mask_share", self.mask_share, 0 < self.mask_share < 0.9, "between 0 and 0.9")
        _require("warm_up", self.warm_up, 0 < self.warm_up < 1, "between 0 and 1")
        _require("dropout", self.dropout, 0 <= self.dropout < 1, "from 0 to below 1")


TINY_TEXT = TextSettings(vocab_size=4_000, sample_bytes=300_000, row_length=64, max_lines=3_000)
TINY_TRAINING = TrainingSettings(
    layers=2, dim=64, heads=2, mlp=96, batch_rows=32, learning_rate=5e-3, bfloat16=False
)
"""Two layers, for a try of everything on a CPU in two minutes; good for nothing else."""
