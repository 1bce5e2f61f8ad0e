"""One byte-pair vocabulary for the four languages."""

from __future__ import annotations

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from .corpus import alphabet

UNKNOWN = "[UNK]"
MAX_TOKEN_CHARS = 16
MIN_COUNT = 5


def train_tokenizer(lines: list[str], *, vocab_size: int) -> Tokenizer:
    """Train byte-pair encoding on lines of all languages.

    Text is NFKC-normalised and lower-cased. Merges cross neither blanks nor the edges of
    punctuation and of digits; a piece does not record whether a blank stood before it, since Korean
    reviews set blanks as they please and the vocabulary is better spent otherwise.
    """
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation("contiguous"),
            pre_tokenizers.Digits(individual_digits=False),
        ]
    )
    # The alphabet is fixed here because the trainer's own cut breaks ties at random.
    characters = alphabet(tokenizer, lines, min_count=MIN_COUNT)
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        min_frequency=MIN_COUNT,
        special_tokens=[UNKNOWN],
        initial_alphabet=characters,
        limit_alphabet=len(characters),
        max_token_length=MAX_TOKEN_CHARS,
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines, trainer)
    return tokenizer
