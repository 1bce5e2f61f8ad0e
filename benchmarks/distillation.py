"""LangAlign beside distilling a student: sentence-transformers' MSE distillation, same pairs.

A teacher reads English (all-MiniLM-L6-v2). The peer trains a static student, as fast as ``mini``
itself, to give both sides of 20,000 pairs the teacher's vector of the English side; an English
classifier on the teacher's vectors then reads the student's. LangAlign fits a map between the same
teacher and ``mini``. Two students: one starts from noise, one from the very vectors of ``mini``.

What both need, the teacher's vectors of pairs and labelled texts, is made before and not timed.
Settings of the student were tried on ``--split dev`` with ko and ja; ``--split test`` is for the
end, and so is zh.
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
from distillation_student import STARTS, Settings, Snapshot, distilled
from real import FOLDER, console, minilm
from real_data import LanguageData, data_folder, load
from sklearn.linear_model import LogisticRegression

from langalign import LangAlign
from langalign.data import LabeledText, ParallelText
from langalign.encoders.base import Encoder
from langalign.evaluation.record import environment_versions
from langalign.persistence import write_json
from langalign.text_vectors import TextVectors
from langalign.vectors import Vectors


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

    def ours(self) -> dict[str, Any]:
        """Fit LangAlign with its defaults; return its score and seconds."""
        model = LangAlign(self.teacher, "mini", target_lang=self.data.lang, cache=self.cache)
        self.taught(self.pairs.source)
        self.taught(self.data.english.texts)
        start = time.perf_counter()
        model.fit(self.data.english, parallel=self.pairs, unlabeled=self.data.unlabeled)
        seconds = time.perf_counter() - start
        return {"method": "LangAlign", "accuracy": self._accuracy(model), "seconds": seconds}

    def students(self, settings: Settings) -> dict[str, Any]:
        """Distil a student; return every snapshot and the one with the least held-out loss."""
        head = LogisticRegression(max_iter=1000)
        head.fit(self.taught(self.data.english.texts), self.data.english.labels)
        gold = np.asarray(self.scored.labels)

        def accuracy(student: Any) -> float:
            vectors = student.encode(list(self.scored.texts), show_progress_bar=False)
            return float((head.predict(vectors) == gold).mean())

        taught = self.taught(self.pairs.source)
        snapshots = distilled(self.pairs, taught, settings, accuracy, seed=self.seed)
        kept = min(snapshots, key=lambda snapshot: snapshot.held_out_loss)
        return {
            "method": f"student from {settings.start}",
            "settings": settings.as_dict(),
            "accuracy": kept.accuracy,
            "seconds": kept.seconds,
            "snapshots": [snapshot.as_dict() for snapshot in snapshots],
        }

    def _accuracy(self, model: LangAlign) -> float:
        predicted = np.asarray(model.predict(self.scored.texts))
        return float((predicted == np.asarray(self.scored.labels)).mean())


def rows(task: Task, settings: list[Settings]) -> list[dict[str, Any]]:
    """Return ours and each student's, told as they come."""
    found = []
    for made in (task.ours, *(functools.partial(task.students, each) for each in settings)):
        row = {"lang": task.data.lang, "seed": task.seed, **made()}
        found.append(row)
        told = f"{row['method']:20} {row['accuracy']:.3f} {row['seconds']:8.1f} s"
        console.print(row["lang"], row["seed"], told, row.get("settings", ""))
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
    parser.add_argument("--learning-rate", type=float, help="instead of the one found on dev")
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--cache", help="folder of the vector cache")
    parser.add_argument("--out", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    data_folder()
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    settings = [
        Settings.of(start, arguments.learning_rate, arguments.epochs)
        for start in arguments.starts.split(",")
    ]
    teacher, cache = minilm(), arguments.cache or True
    found, files = [], {}
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
        "versions": environment_versions(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(arguments.out / f"distillation-{arguments.split}.json", record)


if __name__ == "__main__":
    main()
