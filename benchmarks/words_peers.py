"""VecMap and MUSE on the same vectors and dictionary, each in a process of its own.

Both are run as their documentation says. What they write is read and scored by our code, as ours
is: the same words compete, and the same dictionary is gold.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from langalign.words import BilingualDictionary, WordVectors, read_word_vectors, write_word_vectors

Sides = tuple[WordVectors, WordVectors]
MUSE_REFINEMENTS = 5


@dataclass(frozen=True)
class Problem:
    """What a peer gets: files in its formats, in a folder that it may write to."""

    folder: Path
    languages: tuple[str, str]
    dim: int

    @classmethod
    def written(
        cls,
        folder: Path,
        languages: tuple[str, str],
        sides: Sides,
        train: BilingualDictionary,
        dev: BilingualDictionary,
    ) -> Problem:
        """Write vectors and dictionaries."""
        folder.mkdir(parents=True, exist_ok=True)
        for lang, side in zip(languages, sides, strict=True):
            write_word_vectors(side, folder / f"{lang}.vec")
        for name, pairs in (("train", train), ("dev", dev)):
            lines = [f"{source} {target}\n" for source, target in pairs.pairs]
            (folder / f"{name}.txt").write_text("".join(lines), encoding="utf-8")
        return cls(folder, languages, sides[0].dim)

    def vectors(self) -> list[str]:
        """Return the names of both files of vectors."""
        return [str(self.folder / f"{lang}.vec") for lang in self.languages]


def run_vecmap(code: Path, problem: Problem) -> Sides:
    """Run VecMap with its settings for dictionaries (``--supervised``)."""
    mapped = [problem.folder / f"vecmap-{lang}.vec" for lang in problem.languages]
    _run(
        code,
        "map_embeddings.py",
        *("--supervised", str(problem.folder / "train.txt")),
        *problem.vectors(),
        *map(str, mapped),
    )
    return _read(mapped)


def run_muse(code: Path, problem: Problem) -> Sides:
    """Run MUSE's supervised Procrustes with its five refinements by CSLS.

    MUSE keeps the refinement that is best on the dictionary it evaluates with: it gets dev.
    """
    source, target = problem.languages
    vectors = problem.vectors()
    folder = problem.folder / "muse" / "run"
    shutil.rmtree(folder, ignore_errors=True)  # MUSE refuses a folder that is there
    _run(
        code,
        "supervised.py",
        *("--src_lang", source, "--tgt_lang", target),
        *("--src_emb", vectors[0], "--tgt_emb", vectors[1], "--emb_dim", str(problem.dim)),
        *("--dico_train", str(problem.folder / "train.txt")),
        *("--dico_eval", str(problem.folder / "dev.txt")),
        *("--n_refinement", str(MUSE_REFINEMENTS), "--cuda", "False"),
        *("--exp_path", str(problem.folder), "--exp_name", "muse", "--exp_id", "run"),
    )
    return _read([folder / f"vectors-{lang}.txt" for lang in problem.languages])


PEERS = {"VecMap": run_vecmap, "MUSE": run_muse}


def _run(code: Path, *command: str) -> None:
    """Run a peer's script; end the benchmark with its last words where it fails."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # MUSE loads a pickle that it has written itself, which newer versions of torch refuse.
    environment["TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"] = "1"
    done = subprocess.run(
        [sys.executable, *command],
        cwd=code,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{(done.stdout + done.stderr)[-2000:]}")


def _read(paths: list[Path]) -> Sides:
    source, target = (read_word_vectors(path) for path in paths)
    return source, target
