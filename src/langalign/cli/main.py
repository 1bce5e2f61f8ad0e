"""The command ``langalign``: its commands, and the one place where errors become messages."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable
from typing import Annotated, Any

import typer

from langalign import __version__
from langalign.cli.bundle import bundle
from langalign.cli.check import check
from langalign.cli.compare import compare
from langalign.cli.console import complain
from langalign.cli.curve import curve
from langalign.cli.demo import demo
from langalign.cli.doctor import doctor
from langalign.cli.evaluate import evaluate
from langalign.cli.export import export
from langalign.cli.fit import fit
from langalign.cli.listing import list_names
from langalign.cli.migrate import migrate
from langalign.cli.mine import mine
from langalign.cli.predict import predict
from langalign.cli.push import push
from langalign.cli.serve import serve
from langalign.cli.stats import merge, stats
from langalign.cli.tune import tune
from langalign.cli.vectors import align, apply, encode
from langalign.cli.words import align as align_words
from langalign.cli.words import evaluate as evaluate_words
from langalign.cli.words import induce as induce_words
from langalign.errors import DataWarning, EncoderWarning, FitWarning, LangAlignError

ERROR = 2
INTERRUPTED = 130

COMMANDS: dict[str, Callable[..., None]] = {
    "check": check,
    "fit": fit,
    "tune": tune,
    "predict": predict,
    "evaluate": evaluate,
    "bundle": bundle,
    "serve": serve,
    "export": export,
    "compare": compare,
    "curve": curve,
    "push": push,
    "mine": mine,
    "encode": encode,
    "align": align,
    "apply": apply,
    "migrate": migrate,
    "stats": stats,
    "merge": merge,
    "words align": align_words,
    "words induce": induce_words,
    "words evaluate": evaluate_words,
    "demo": demo,
    "list": list_names,
    "doctor": doctor,
}
GROUPS = {"words": "Word vectors of two languages: align them, induce and score dictionaries."}
ABOUT = """Carry a text classifier from English into another language.

No labels of that language are needed: a map between the two languages' embeddings is fitted on
parallel text, and settings are chosen by agreement across translations.

\b
Example:
  langalign fit --parallel en-ko.tsv --labeled reviews-en.tsv \\
      --target-lang ko --out model
  langalign predict model reviews-ko.txt
  langalign evaluate model labelled-ko.tsv
"""


def _help(command: Callable[..., None]) -> str:
    r"""Return a command's docstring, its example marked (``\b``) to be shown line by line."""
    return (inspect.getdoc(command) or "").replace("\n\nExample:", "\n\n\b\nExample:")


def _group(about: str) -> typer.Typer:
    return typer.Typer(
        help=about,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


app = _group(ABOUT)
_groups = {name: _group(about) for name, about in GROUPS.items()}
for _name, _command in COMMANDS.items():
    _of, _, _last = _name.rpartition(" ")
    (_groups[_of] if _of else app).command(_last, help=_help(_command))(_command)
for _name, _sub_app in _groups.items():
    app.add_typer(_sub_app, name=_name)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"langalign {__version__}")
        raise typer.Exit


@app.callback()
def _about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Run the command line: exit status 0, 2 after an error that can be corrected, 130 on Ctrl-C.

    Any error becomes one message on standard error, without a traceback. A command exits
    with 1 where it was asked to, with ``--strict``.
    """
    _never_fail_on_a_character()
    with warnings.catch_warnings():
        for category in (DataWarning, EncoderWarning, FitWarning):
            warnings.simplefilter("always", category)
        warnings.showwarning = _show_warning(warnings.showwarning)
        try:
            app(prog_name="langalign")
        except LangAlignError as error:
            _stop(str(error))
        except OSError as error:
            _stop(_explained(error))
        except MemoryError:
            _stop("out of memory; give fewer texts at a time, or fewer pairs (--max-pairs)")
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)


def _stop(message: str) -> None:
    complain("error", "red", message)
    sys.exit(ERROR)


def _explained(error: OSError) -> str:
    names = [str(name) for name in (error.filename, error.filename2) if name is not None]
    place = f"{' -> '.join(names)}: " if names else ""
    return f"{place}{error.strerror or error}. Check the path, its permissions and the free space."


def _show_warning(usual: Any) -> Any:
    """Return a hook that shows our warnings as a line, and others as usual."""

    def shown(message: Any, category: type[Warning], *place: Any, **rest: Any) -> None:
        if issubclass(category, DataWarning | EncoderWarning | FitWarning):
            complain("warning", "yellow", message)
        else:
            usual(message, category, *place, **rest)

    return shown


def _never_fail_on_a_character() -> None:
    """Let a terminal that lacks a character show a question mark."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")


if __name__ == "__main__":
    main()
