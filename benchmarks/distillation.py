"""LangAlign beside distilling a student: sentence-transformers' MSE distillation, same pairs.

A teacher reads English (all-MiniLM-L6-v2). The peer trains a static student, as fast as ``mini``
itself, to give both sides of 20,000 pairs the teacher's vector of the English side; an English
classifier on the teacher's vectors then reads the student's, as they are and centred on the same
unlabelled texts that LangAlign gets. LangAlign fits a map between the same teacher and ``mini``.
Two students: one starts from noise, one from the very vectors of ``mini``.

What both need, the teacher's vectors of pairs and labelled texts, is made before and not timed.
Settings of the student were tried on ``--split dev`` with ko; ``--split test`` is for the end.
"""

from __future__ import annotations

import argparse
import functools
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from console import console
from distillation_student import STARTS, Settings, distilled
from minilm import minilm
from real_data import LanguageData, data_folder, load
from records import RESULTS, stamps
from sklearn.linear_model import LogisticRegression

from langalign import LangAlign
from langalign.aligners.procrustes import Procrustes
from langalign.data import LabeledText, ParallelText
from langalign.encoders.base import Encoder
from langalign.heads.logistic import LogisticHead
from langalign.inputs.text_vectors import TextVectors
from langalign.persistence import write_json
from langalign.vectors import Vectors

OURS: dict[str, dict[str, Any]] = {
    "LangAlign": {},
    "LangAlign, linear": {"aligner": "linear"},
    "LangAlign, nothing chosen": {"aligner": Procrustes(), "head": LogisticHead(C=1.0)},
}


@dataclass(frozen=True)
class Task:
    """One language and draw of pairs, with all that the teacher has to say of them."""

    data: LanguageData
    split: str
    seed: int
    teacher: Encoder
    cache: str | bool

    @functools.cached_property
    def pairs(self) -> ParallelText:
        """The pairs that both learn from."""
        return self.data.pairs(self.seed)

    @property
    def scored(self) -> LabeledText:
        """The labelled target texts that both are scored on."""
        return self.data.test if self.split == "test" else self.data.dev

    def taught(self, texts: tuple[Any, ...]) -> Vectors:
        """Return the teacher's vectors."""
        return TextVectors(self.teacher, cache=self.cache)(texts, name="English")

    def ours(self, name: str) -> dict[str, Any]:
        """Fit LangAlign; return its score and seconds."""
        lang = self.data.lang
        model = LangAlign(self.teacher, "mini", target_lang=lang, cache=self.cache, **OURS[name])
        self.taught(self.pairs.source)
        self.taught(self.data.english.texts)
        start = time.perf_counter()
        model.fit(self.data.english, parallel=self.pairs, unlabeled=self.data.unlabeled)
        seconds = time.perf_counter() - start
        return {"method": name, "accuracy": self._accuracy(model), "seconds": seconds}

    def students(self, settings: Settings) -> dict[str, Any]:
        """Distil a student; return every snapshot and the one with the least held-out loss."""
        head = LogisticRegression(max_iter=1000)
        labelled = self.taught(self.data.english.texts)
        head.fit(labelled, self.data.english.labels)
        english = labelled.mean(axis=0)
        gold = np.asarray(self.scored.labels)

        def accuracies(student: Any) -> tuple[float, float]:
            vectors = student.encode(list(self.scored.texts), show_progress_bar=False)
            shift = english - student.encode(list(self.data.unlabeled)).mean(axis=0)
            plain, centred = (head.predict(each) == gold for each in (vectors, vectors + shift))
            return float(plain.mean()), float(centred.mean())

        taught = self.taught(self.pairs.source)
        snapshots = distilled(self.pairs, taught, settings, accuracies, seed=self.seed)
        kept = min(snapshots, key=lambda snapshot: snapshot.held_out_loss)
        return {
            "method": f"student from {settings.start}",
            "settings": settings.as_dict(),
            "accuracy": kept.accuracy,
            "accuracy_centred": kept.accuracy_centred,
            "seconds": kept.seconds,
            "snapshots": [snapshot.as_dict() for snapshot in snapshots],
        }

    def _accuracy(self, model: LangAlign) -> float:
        predicted = np.asarray(model.predict(self.scored.texts))
        return float((predicted == np.asarray(self.scored.labels)).mean())


def rows(task: Task, settings: list[Settings]) -> list[dict[str, Any]]:
    """Return ours and each student's, printed as they come."""
    found = []
    ways = [functools.partial(task.ours, name) for name in OURS]
    ways += [functools.partial(task.students, each) for each in settings]
    for made in ways:
        row = {"lang": task.data.lang, "seed": task.seed, **made()}
        found.append(row)
        scores = f"{row['method']:20} {row['accuracy']:.3f} {row['seconds']:8.1f} s"
        console.print(row["lang"], row["seed"], scores, row.get("settings", ""))
    return found


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--languages", default="ko,ja")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--starts", default=",".join(STARTS))
    parser.add_argument("--cache", help="folder of the vector cache")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    data_folder()
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    settings = [STARTS[start] for start in arguments.starts.split(",")]
    teacher, cache = minilm(), arguments.cache or True
    found: list[dict[str, Any]] = []
    files: dict[str, str] = {}
    for lang in arguments.languages.split(","):
        data = load(lang)
        files |= data.checksums
        for seed in range(arguments.seeds):
            found += rows(Task(data, arguments.split, seed, teacher, cache), settings)
    record = {
        "format_version": 1,
        "kind": "distillation",
        "split": arguments.split,
        "rows": found,
        "files": files,
        "teacher": teacher.fingerprint,
        **stamps(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(arguments.out / f"distillation-{arguments.split}.json", record)


if __name__ == "__main__":
    main()
