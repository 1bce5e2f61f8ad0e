"""The commands of ``scripts/pretrain.py``."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import torch
import typer
from train_mini.corpus import CHECKSUMS, data_folder, read_lines

from langalign.errors import LangAlignError
from langalign.files.replaceable import require_replaceable
from langalign.persistence import CONFIG, write_text
from langalign.training.checkpoint import Checkpoint
from langalign.training.loop import seeded
from langalign.tuning.language_model import device_of

from .card import CARD, card
from .folder import write_encoder
from .log import Log
from .network import new_network
from .pace import Length
from .packed import PRETRAINED, RECORD, pack_folder, restore_folder
from .prepared import Prepared, load_prepared, prepare
from .row_order import RowOrder
from .run import Task, pretrain
from .settings import TINY_TEXT, TINY_TRAINING, TextSettings, TrainingSettings

TEXT, CHECKPOINT, LOG = "text", "checkpoint.safetensors", "training.jsonl"
LOG_EVERY = 50
UNDECIDED = "not decided; mind the licences of the training text"
REAL_TEXT, REAL_TRAINING = TextSettings(), TrainingSettings()

Settings = TypeVar("Settings", TextSettings, TrainingSettings)

app = typer.Typer(
    help="Pretrain mini-lm, a small masked language model, from monolingual text; and pack it.",
    no_args_is_help=True,
)


def main() -> None:
    """Run a command; a mistake of the user's is reported in one line."""
    try:
        app()
    except LangAlignError as error:
        raise SystemExit(f"error: {error}") from error


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Folder to write: a Hugging Face model.")],
    work: Annotated[
        Path | None,
        typer.Option(help="Keeps the prepared text and the checkpoint. Default: OUT-work."),
    ] = None,
    minutes: Annotated[
        float, typer.Option(help="Time to train, preparation not counted; the schedule follows it.")
    ] = 22,
    steps: Annotated[int | None, typer.Option(help="Length in steps instead.")] = None,
    tiny: Annotated[
        bool, typer.Option("--tiny", help="Two layers and little text, for a try on a CPU.")
    ] = False,
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help="Stop before a GPU is needed.")
    ] = False,
    device: Annotated[
        str | None, typer.Option(help="For example cuda; default: a GPU if there is one.")
    ] = None,
    vocab_size: Annotated[
        int | None, typer.Option(help="Sub-words.", show_default=str(REAL_TEXT.vocab_size))
    ] = None,
    row_length: Annotated[
        int | None,
        typer.Option(help="Tokens of the longest text.", show_default=str(REAL_TEXT.row_length)),
    ] = None,
    max_lines: Annotated[
        int | None, typer.Option(help="Lines a language.", show_default="all")
    ] = None,
    bpe_dropout: Annotated[
        float | None,
        typer.Option(help="Merges left out, with --tokenisations.", show_default="0"),
    ] = None,
    tokenisations: Annotated[
        int | None, typer.Option(help="Splittings of all text.", show_default="1")
    ] = None,
    layers: Annotated[int | None, typer.Option(show_default=str(REAL_TRAINING.layers))] = None,
    dim: Annotated[int | None, typer.Option(show_default=str(REAL_TRAINING.dim))] = None,
    heads: Annotated[int | None, typer.Option(show_default=str(REAL_TRAINING.heads))] = None,
    mlp: Annotated[int | None, typer.Option(show_default=str(REAL_TRAINING.mlp))] = None,
    batch_rows: Annotated[
        int | None, typer.Option(help="Rows per step.", show_default=str(REAL_TRAINING.batch_rows))
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(help="At its peak.", show_default=str(REAL_TRAINING.learning_rate)),
    ] = None,
    mask_share: Annotated[
        float | None,
        typer.Option(help="Share of hidden tokens.", show_default=str(REAL_TRAINING.mask_share)),
    ] = None,
    spans: Annotated[
        bool | None, typer.Option("--spans/--tokens", help="Hide runs.", show_default="tokens")
    ] = None,
    dropout: Annotated[float | None, typer.Option(help="In the network.", show_default="0")] = None,
    compiled: Annotated[
        bool | None, typer.Option("--compile/--no-compile", help="Compile the layers.")
    ] = None,
    bfloat16: Annotated[
        bool | None,
        typer.Option("--bfloat16/--float32", help="Products.", show_default="bfloat16"),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of everything.", show_default="0")] = None,
    checkpoint_every: Annotated[
        int, typer.Option(help="Steps; the held-out loss is measured then as well.")
    ] = 1000,
    licence: Annotated[str, typer.Option(help="Of the weights, for the card.")] = UNDECIDED,
) -> None:
    """Prepare the text, train, write the folder; a stopped run resumes.

    Reads $LANGALIGN_DATA/mono. On a GPU in bfloat16. To choose the options' meaning, see
    settings.py beside this program.
    """
    text = _changed(
        TINY_TEXT if tiny else REAL_TEXT,
        vocab_size=vocab_size,
        row_length=row_length,
        max_lines=max_lines,
        bpe_dropout=bpe_dropout,
        tokenisations=tokenisations,
        seed=seed,
    )
    training = _changed(
        TINY_TRAINING if tiny else REAL_TRAINING,
        layers=layers,
        dim=dim,
        heads=heads,
        mlp=mlp,
        batch_rows=batch_rows,
        learning_rate=learning_rate,
        mask_share=mask_share,
        spans=spans,
        dropout=dropout,
        compiled=compiled,
        bfloat16=bfloat16,
        seed=seed,
    )
    length = Length(steps) if steps is not None else Length(minutes=minutes)
    require_replaceable(out, kind=PRETRAINED, mark=RECORD)
    work = work or out.with_name(f"{out.name}-work")
    prepared = _prepared(work / TEXT, text)
    if prepare_only:
        return
    on = device_of(device)
    with seeded(training.seed, on):
        task = _task(prepared, training, length, on)
        run = {
            "text": prepared.fingerprint,
            "training": asdict(training),
            "length": asdict(length),
        }
        checkpoint = Checkpoint(work / CHECKPOINT, run, every=checkpoint_every)
        log = Log(work / LOG)
        result = pretrain(task, checkpoint=checkpoint, log=log, log_every=LOG_EVERY, report=_show)
        record = write_encoder(out, task, prepared, result, log, licence)
    checkpoint.remove()
    losses = record["held_out"], record["held_out_in_8_bits"]
    _say(f"wrote {out}: held-out loss {losses[0]}, in 8 bits {losses[1]}")


@app.command()
def pack(
    folder: Annotated[Path, typer.Argument(help="What was trained.")],
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
) -> None:
    """Write a trained network in 8 bits, small enough to ship."""
    _say(f"wrote {out}: {pack_folder(folder, out):,} bytes")


@app.command()
def restore(
    packed: Annotated[Path, typer.Argument(help="What `pack` wrote.")],
    out: Annotated[Path, typer.Argument(help="Folder to write: a Hugging Face model.")],
) -> None:
    """Write the float32 model of a packed one."""
    restore_folder(packed, out)
    _say(f"wrote {out}")


@app.command(name="card")
def write_card(
    folder: Annotated[Path, typer.Argument(help="What was trained.")],
    probe: Annotated[
        list[Path], typer.Option(help="Records of benchmarks/probe_mini.py, of this model first.")
    ],
) -> None:
    """Write the model card again, with the figures of probes."""
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    probes = [json.loads(path.read_text(encoding="utf-8")) for path in probe]
    write_text(folder / CARD, card(record, probes=probes))
    _say(f"wrote {folder / CARD}")


def _changed(preset: Settings, **given: Any) -> Settings:
    return replace(preset, **{name: value for name, value in given.items() if value is not None})


def _prepared(folder: Path, settings: TextSettings) -> Prepared:
    if not (folder / CONFIG).is_file():
        source = data_folder()
        lines = {lang: read_lines(source, lang) for lang in CHECKSUMS}
        prepare(lines, settings, CHECKSUMS, folder, _say)
    prepared = load_prepared(folder, settings)
    _say(f"{folder}: {prepared.config['counts']}")
    return prepared


def _task(
    prepared: Prepared, settings: TrainingSettings, length: Length, device: torch.device
) -> Task:
    network = new_network(
        settings,
        n_vocab=prepared.config["vocab_size"],
        longest=prepared.config["settings"]["row_length"],
    )
    _say(f"{sum(each.numel() for each in network.parameters()):,} weights on {device}")
    order = RowOrder(prepared.rows, batch_rows=settings.batch_rows, seed=settings.seed)
    return Task(network.to(device), order, prepared.held_out, settings, length, device)


def _show(entry: Mapping[str, Any]) -> None:
    _say(
        f"{entry['share']:4.0%}, step {entry['step']:,}: loss {entry['loss']:.3f}, "
        f"{entry['tokens_per_second']:,} tokens/s"
    )


def _say(text: str) -> None:
    typer.echo(f"[{time.strftime('%H:%M:%S')}] {text}")
