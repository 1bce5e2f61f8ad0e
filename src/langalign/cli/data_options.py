"""Options that say which data and encoders a command works with; several commands share them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class MetricName(StrEnum):
    """Which score ranks and compares."""

    ACCURACY = "accuracy"
    MACRO_F1 = "macro_f1"
    MICRO_F1 = "micro_f1"
    SPEARMAN = "spearman"
    PEARSON = "pearson"


ParallelOption = Annotated[
    list[Path],
    typer.Option(
        metavar="FILE",
        help="Parallel text: .tsv, .csv, .jsonl or .parquet with columns such as en + ko, "
        ".tmx, or two files x.en and x.ko. Repeat for more.",
    ),
]
LabeledOption = Annotated[
    Path,
    typer.Option(
        metavar="FILE",
        help="Labelled texts of the source language: columns label and text (or premise + "
        "hypothesis, or the language code).",
    ),
]
TestOption = Annotated[
    Path, typer.Option(metavar="FILE", help="Labelled texts of the target language to score on.")
]
NativeOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Labelled texts of the target language to learn from."),
]
TranslatedOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Labelled source texts translated into the target language."),
]
UnlabeledOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Unlabelled target texts like those to be classified (.txt or a table); a few "
        "hundred help. Labels in it are not read.",
    ),
]
TargetLangOption = Annotated[
    str, typer.Option(metavar="LANG", help="Target language: ko, ja, zh, ...")
]
SourceLangOption = Annotated[str, typer.Option(metavar="LANG", help="Source language.")]
LearnedSplitOption = Annotated[
    str, typer.Option(metavar="NAME", help="Rows to read from files with a column split.")
]
TestSplitOption = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Rows of the test file to score on, where it has a column split. Develop on dev.",
    ),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN=VALUE",
        help="Only these rows of the parallel text. Repeat for more conditions.",
    ),
]
MaxPairsOption = Annotated[
    int | None,
    typer.Option(metavar="N", min=2, help="Use at most N pairs, drawn at random."),
]
CleanOption = Annotated[
    bool, typer.Option("--clean/--no-clean", help="Drop doubtful pairs and empty texts.")
]
SourceEncoderOption = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="A name from 'langalign list encoders', a model of the Hugging Face hub, its "
        "folder, or a .npy file of 'langalign encode'.",
    ),
]
TargetEncoderOption = Annotated[
    str, typer.Option(metavar="NAME", help="The same for the target language.")
]
SeedsOption = Annotated[
    int,
    typer.Option(metavar="N", min=1, help="Runs of each strategy; intervals include their spread."),
]
MetricOption = Annotated[
    MetricName | None,
    typer.Option(help="Score to rank and compare by.", show_default="the main one of the task"),
]
