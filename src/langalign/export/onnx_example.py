"""Classify texts with the files of this folder: needs onnxruntime, tokenizers and numpy alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np


class Classifier:
    """The graph, the tokenizer and the labels of a folder."""

    def __init__(self, folder: Path, settings: dict[str, Any] | None = None) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        read = settings or json.loads((folder / "langalign.json").read_text(encoding="utf-8"))
        self.settings: dict[str, Any] = read
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.session = onnxruntime.InferenceSession(str(folder / "model.onnx"))

    def outputs(self, texts: list[Any]) -> Any:
        """Return probabilities, a column per label (or one number), of texts or pairs of texts."""
        prompt, most = self.settings["prompt"], self.settings["max_chars"]
        given = [prompt + t[:most] if isinstance(t, str) else (prompt + t[0], t[1]) for t in texts]
        special = self.settings["special_tokens"]
        tokens = self.tokenizer.encode_batch(given, add_special_tokens=special)
        arrays = {
            "input_ids": [each.ids for each in tokens],
            "attention_mask": [each.attention_mask for each in tokens],
            "token_type_ids": [each.type_ids for each in tokens],
        }
        wanted = [each.name for each in self.session.get_inputs()]
        inputs = {name: np.array(arrays[name], dtype=np.int64) for name in wanted}
        return self.session.run(None, inputs)[0]

    def predict(self, texts: list[Any]) -> list[Any]:
        """Return a label, several labels joined by |, or a number for each text."""
        labels, found = self.settings["labels"], self.outputs(texts)
        if self.settings["task"] == "similarity":
            return [float(number) for number in found[:, 0]]
        if self.settings["task"] == "multilabel":
            rows = [[labels[column] for column in np.flatnonzero(row >= 0.5)] for row in found]
            return ["|".join(sorted(row)) or "|" for row in rows]
        if len(labels) == 2:
            return [labels[int(p >= self.settings["threshold"])] for p in found[:, 1]]
        return [labels[row] for row in found.argmax(axis=1)]


if __name__ == "__main__":
    asked = sys.argv[1:]
    for text, label in zip(asked, Classifier(Path(__file__).parent).predict(asked), strict=True):
        print(label, text, sep="\t")  # noqa: T201
