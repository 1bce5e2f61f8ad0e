"""A tiny, randomly initialised BERT, made on the spot."""

from __future__ import annotations

from pathlib import Path

import pytest

WORDS = ("a", "man", "woman", "eats", "sleeps", "the", "dog", "runs", "query", ":", "좋", "##은")


def save_bert(
    folder: Path, *, seed: int = 0, masked_lm: bool = False, words=WORDS, size=0.5
) -> Path:
    """Write a randomly initialised two-layer BERT (weights of this size) with its tokenizer."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(seed)
    tokenizer = _tokenizer(transformers, words)
    config = transformers.BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=24,
        initializer_range=size,
    )
    kind = transformers.BertForMaskedLM if masked_lm else transformers.BertModel
    kind(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(transformers, words):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {word: number for number, word in enumerate([*special, *words])}
    raw = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    raw.normalizer = normalizers.BertNormalizer()
    raw.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    raw.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    names = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
    inputs = ["input_ids", "token_type_ids", "attention_mask"]
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=raw, model_input_names=inputs, **names
    )
