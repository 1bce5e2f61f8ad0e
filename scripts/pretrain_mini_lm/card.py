"""The model card, written from records; no figure in it is typed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

CARD = "README.md"
SOURCES = {
    "en": "IMDB review sentences (research set), Python docs, encyclopaedia text, comments",
    "ko": "NSMC film reviews (CC0) and little else",
    "ja": "Aozora Bunko (public domain) and little else",
    "zh": "Wikipedia (CC BY-SA), shop reviews (no licence stated)",
}
"""Of the files whose checksums are recorded; no others are read."""

_TEMPLATE = """# mini-lm

A small masked language model for English, Korean, Japanese and Chinese: {shape}, {parameters:.1f} M
parameters, ModernBERT. Texts of up to {longest} tokens. Its vectors are the mean of the last
layer's; it has not been trained to distinguish sentences.

| | |
|---|---|
| licence | {licence} |
| trained on | {device}, {date} |
| length | {steps:,} steps, {tokens:.2f} billion tokens, {minutes:.1f} minutes |
| options | {options} |
| versions | {versions} |

## Training text

Monolingual text alone: no translation, no dictionary, no label. No text of a labelled, parallel or
held-out file of the benchmarks stands in it. One line of 500 was kept out of training.

| language | lines | tokens | passes | what, licence | SHA-256 |
|---|---|---|---|---|---|
{text}

The vocabulary has {vocab:,} byte-pair sub-words, learned from the same number of bytes of each
language; text is NFKC-normalised and lower-cased.

## Loss

At hidden tokens of the lines kept out, in nats; in 8 bits: with the weights as they are shipped.

| language | loss | in 8 bits | unknown characters |
|---|---|---|---|
{losses}

![Loss along the run](loss.svg)

## Probe

{probe}

## Limits

- One training run, one seed. The sources of each language are few: Korean knows film reviews best,
  Japanese literature before 1970, Chinese encyclopaedia and shops.
- Review text of the kind that it is probed on (not the probed texts) is in the training text:
  expect less in other fields.
- Social bias in the training text is in the weights; nothing was done about it.
"""
_NOT_PROBED = "Not yet probed: run `benchmarks/probe_mini.py`, then `scripts/pretrain.py card`."
_PROBED = """Logistic regression on native sentiment labels, strength chosen on dev; test accuracy
with 95% binomial intervals, then macro-F1.

"""


def card(record: Mapping[str, Any], *, probes: Sequence[Mapping[str, Any]]) -> str:
    """Return the card's text.

    Parameters
    ----------
    record
        Of the training.
    probes
        Records of ``benchmarks/probe_mini.py``, of this network first; none if there are none.
    """
    text, training = record["text"], record["training"]
    return _TEMPLATE.format(
        shape=f"{training['layers']} layers, {training['dim']} components",
        parameters=record["parameters"] / 1e6,
        longest=text["settings"]["row_length"],
        licence=record["licence"],
        device=record["device"],
        date=record["date"],
        steps=record["steps"],
        tokens=record["tokens"] / 1e9,
        minutes=record["seconds"] / 60,
        options=_options(text["settings"], training),
        versions=", ".join(f"{name} {number}" for name, number in record["versions"].items()),
        text="\n".join(_text_row(record, lang) for lang in text["languages"]),
        vocab=text["vocab_size"],
        losses="\n".join(_loss_row(record, lang) for lang in text["languages"]),
        probe=_PROBED + _probe_table(probes) if probes else _NOT_PROBED,
    )


def _options(text: Mapping[str, Any], training: Mapping[str, Any]) -> str:
    hidden = "spans" if training["spans"] else "single tokens"
    return (
        f"{training['mask_share']:.0%} hidden, {hidden}; BPE dropout {text['bpe_dropout']}, "
        f"{text['tokenisations']} tokenisation(s); dropout {training['dropout']}"
    )


def _text_row(record: Mapping[str, Any], lang: str) -> str:
    text = record["text"]
    counts = text["counts"][lang]
    cells = (
        lang,
        f"{counts['lines']:,}",
        f"{counts['tokens'] / 1e6:.1f} M",
        record["passes"][lang],
        SOURCES[lang],
        f"`{text['inputs'][lang]}`",
    )
    return f"| {' | '.join(map(str, cells))} |"


def _loss_row(record: Mapping[str, Any], lang: str) -> str:
    unknown = record["text"]["counts"][lang]["unknown"]
    losses = record["held_out"][lang], record["held_out_in_8_bits"][lang]
    return f"| {lang} | {losses[0]:.3f} | {losses[1]:.3f} | {unknown:.3%} |"


def _probe_table(probes: Sequence[Mapping[str, Any]]) -> str:
    names = [probe["probe"] for probe in probes]
    head = f"| test accuracy [95%], macro-F1 | {' | '.join(names)} |\n|---{'|---' * len(names)}|\n"
    langs = [lang for lang in probes[0]["native"] if all(lang in p["native"] for p in probes)]
    scores = {
        lang: [_score(probe["native"][lang][probe["probe"]]) for probe in probes] for lang in langs
    }
    return head + "\n".join(f"| {lang} | {' | '.join(cells)} |" for lang, cells in scores.items())


def _score(cell: Mapping[str, Any]) -> str:
    test = cell["test"]
    low, high = test["interval_95"]
    return f"{test['accuracy']:.3f} [{low:.3f}, {high:.3f}], {test['macro_f1']:.3f}"
