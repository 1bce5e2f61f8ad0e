"""One byte-pair vocabulary for all languages, with the marks that a masked language model needs."""

from __future__ import annotations

from typing import Any

from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from train_mini.corpus import alphabet
from transformers import PreTrainedTokenizerFast

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNK, CLS, SEP, MASK = range(len(SPECIAL))
N_SPECIAL = len(SPECIAL)
BLANK = "▁"
MIN_COUNT = 10
"""Rarer characters of the sample are unknown: their vectors would not be learned."""
MAX_TOKEN_CHARS = 16


def train_tokenizer(lines: list[str], *, vocab_size: int) -> Tokenizer:
    """Train byte-pair encoding on lines of all languages.

    Text is NFKC-normalised and lower-cased. A piece records the blank before it (unlike those of
    ``mini``): a network that reads pieces in order can see by it where a word starts. Merges cross
    neither blanks nor the edges of punctuation and of digits.
    """
    tokenizer = Tokenizer(models.BPE(unk_token=SPECIAL[UNK], fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(BLANK),
            pre_tokenizers.Punctuation("contiguous"),
            pre_tokenizers.Digits(individual_digits=False),
        ]
    )
    tokenizer.decoder = decoders.Metaspace(BLANK)
    # The alphabet is fixed here because the trainer's own cut breaks ties at random.
    characters = [BLANK, *alphabet(tokenizer, lines, min_count=MIN_COUNT)]
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        min_frequency=2,
        special_tokens=list(SPECIAL),
        initial_alphabet=characters,
        limit_alphabet=len(characters),
        max_token_length=MAX_TOKEN_CHARS,
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)],
    )
    return tokenizer


def as_transformers(tokenizer: Tokenizer, *, longest: int) -> Any:
    """Return the tokenizer as the library transformers reads and writes it."""
    names = {f"{text[1:-1].lower()}_token": text for text in SPECIAL}
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        model_max_length=longest,
        model_input_names=["input_ids", "attention_mask"],
        **names,
    )
