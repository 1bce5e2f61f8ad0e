"""``langalign check``: what it prints, and its exit status."""

from __future__ import annotations

import pytest

from langalign.data import ParallelText, bundled


@pytest.fixture
def pairs(make, tmp_path):
    """A function that writes the bundled pairs, the Korean side changed."""
    text = bundled.parallel("sentiment", "en", "ko", "train")

    def write(change=lambda target: target):
        rows = zip(text.source, change(text.target), strict=False)
        return make.tsv(tmp_path / "pairs.tsv", ("en", "ko"), rows)

    return write


def test_sound_pairs_with_labels(run, files, pairs):
    args = ["check", "--parallel", pairs(), "--target-lang", "ko"]
    args += ["--labeled", files / "labels.jsonl", "--unlabeled", files / "texts.txt", "--strict"]
    shown = run(*args)
    assert shown.code == 0, shown.err
    assert "The pairs look sound." in shown.out
    assert "kappa (" in shown.out
    record = run(*args, "--json").json
    assert record["sound"] is True
    assert record["findings"] == []
    assert (
        record["mapped"]["aligned"]["csls"]["low"] > record["mapped"]["unaligned"]["csls"]["value"]
    )
    assert record["task"]["n"] > 100
    assert record["domain_distance"] < 1
    words = record["words"]
    assert words[1:] in shown.out.replace("\n", " ")


def test_slipped_pairs_are_named_and_strict_fails(run, pairs):
    args = ["check", "--parallel", pairs(lambda target: target[3:]), "--target-lang", "ko"]
    shown = run(*args)
    assert shown.code == 0, shown.err
    assert shown.out.startswith("UNSOUND shifted: ")
    assert "3 rows further up" in shown.out
    assert "Traceback" not in shown.err
    strict = run(*args, "--strict", "--json")
    assert strict.code == 1
    assert strict.json["verdict"] == "unsound"


def test_a_sample_keeps_neighbours_so_that_a_slip_is_seen(run, pairs):
    args = ["check", "--parallel", pairs(lambda target: target[1:]), "--target-lang", "ko"]
    record = run(*args, "--max-pairs", "300", "--json").json
    assert record["n_pairs"] <= 300
    assert "shifted" in [finding["kind"] for finding in record["findings"]]


def test_pairs_of_texts(run):
    path = bundled.bundled_path("nli")
    record = run(
        "check", "--parallel", path, "--labeled", path, "--target-lang", "zh", "--json"
    ).json
    assert record["findings"] == []
    assert record["n_pairs"] > 200
    assert record["task"]["zero_shot"] is not None


def test_two_encoders_are_not_compared_without_a_map(run, pairs, tmp_path):
    file = pairs()
    done = run("encode", file, "--lang", "ko", "--out", tmp_path / "ko.npy", "--encoder", "mini")
    assert done.code == 0, done.err
    args = ["check", "--parallel", file, "--target-lang", "ko", "--pair-mode", "siamese"]
    one = run(*args, "--json").json
    # Vectors made beforehand by the same encoder are of the same space.
    same = run(*args, "--target-encoder", tmp_path / "ko.npy", "--json").json
    assert same == one


@pytest.mark.parametrize(
    ("rows", "options", "word"),
    [
        (15, [], "15 usable pairs"),
        (40, ["--target-lang", "en"], "both 'en'"),
        (40, ["--source-encoder", "/nowhere"], "/nowhere"),
    ],
)
def test_bad_input_exits_with_2(run, make, tmp_path, rows, options, word):
    text = bundled.parallel("sentiment", "en", "ko", "train").take(range(rows))
    path = make.tsv(tmp_path / "p.tsv", ("en", "ko"), zip(text.source, text.target, strict=True))
    result = run("check", "--parallel", path, "--target-lang", "ko", *options)
    assert result.code == 2
    assert word in result.err
    assert "Traceback" not in result.err


def test_shuffled_rows_are_among_the_worst_and_can_be_read_again(run, pairs, tmp_path):
    planted = set(range(5, 500, 45))

    def shuffle_some(target):
        changed = list(target)
        for row in planted:
            changed[row] = target[(row + 45) % 495]
        return changed

    out = tmp_path / "worst.tsv"
    args = ["check", "--parallel", pairs(shuffle_some), "--target-lang", "ko", "--worst", "22"]
    shown = run(*args, "--out", out)
    assert shown.code == 0, shown.err
    assert "hubness, mapped" in shown.out
    header, *rows = [line.split("\t") for line in out.read_text("utf-8").splitlines()]
    assert header == ["row", "margin", "at", "en", "ko"]
    assert len(rows) == 22
    found = planted & {int(row[0]) for row in rows}
    assert len(found) >= 3  # of 11; by chance one in a hundred runs has as many
    again = ParallelText.read(out, source_lang="en", target_lang="ko")
    assert len(again) == 22
    record = run(*args, "--json").json
    assert [str(pair["row"]) for pair in record["worst"]] == [row[0] for row in rows]
    assert [pair["at"] for pair in record["worst"]] == [row[2] for row in rows]


def test_rows_are_named_by_their_line_in_the_file(run, make, tmp_path):
    text = bundled.parallel("sentiment", "en", "ko", "train")
    rows = list(zip(text.source, text.target, strict=True))
    rows = [(en, en if row % 5 == 0 else ko) for row, (en, ko) in enumerate(rows)]
    # Every other line is of another split.
    of_split = [(split, *row) for row in rows for split in ("test", "train")]
    path = make.tsv(tmp_path / "pairs.tsv", ("split", "en", "ko"), of_split)
    lines = path.read_text("utf-8").splitlines()
    args = ["check", "--parallel", path, "--target-lang", "ko", "--worst", "3"]
    record = run(*args, "--json").json
    untranslated = next(each for each in record["findings"] if each["kind"] == "identical")
    assert len(untranslated["at"]) == len(untranslated["rows"]) > 0
    for place in untranslated["at"]:
        file, _, line = place.rpartition(", line ")
        assert file == str(path)
        split, en, ko = lines[int(line) - 1].split("\t")
        assert (split, en) == ("train", ko)
    for pair in record["worst"]:
        line = int(pair["at"].rpartition(" ")[2])
        assert lines[line - 1].split("\t")[1:] == list(rows[pair["row"]])
    shown = run(*args).out
    assert untranslated["at"][0] in shown
    assert f"pairs.tsv, line {line}" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("options", "word"),
    [(["--out", "w.tsv"], "--worst N"), (["--worst", "3", "--out", "w.csv"], ".tsv")],
)
def test_where_worst_pairs_cannot_go(run, pairs, options, word):
    shown = run("check", "--parallel", pairs(), "--target-lang", "ko", *options)
    assert shown.code == 2
    assert word in shown.err


def test_what_is_explained_is_reported_of_each_source(run, make, tmp_path):
    text = bundled.parallel("sentiment", "en", "ko", "train")
    # The pairs of one source are no translations of each other: nothing of them is explained.
    rows = [
        (en, ko if row % 3 else text.target[row - 3], "books" if row % 3 else "noise")
        for row, (en, ko) in enumerate(zip(text.source, text.target, strict=True))
    ]
    path = make.tsv(tmp_path / "pairs.tsv", ("en", "ko", "from"), rows)
    args = ["check", "--parallel", path, "--target-lang", "ko", "--json"]
    parts = run(*args, "--by", "from").json["spaces"]["parts"]
    assert [part["name"] for part in parts] == ["noise", "books"]
    assert parts[0]["explained_variance"] < parts[1]["explained_variance"]
    by_length = run(*args).json["spaces"]["parts"]
    assert {part["name"] for part in by_length}.isdisjoint({"noise", "books"})


def test_a_column_that_is_not_there_is_named(run, pairs):
    shown = run("check", "--parallel", pairs(), "--target-lang", "ko", "--by", "origin")
    assert shown.code == 2
    assert "no column 'origin' to split the pairs by; found 'en', 'ko'" in shown.err.replace(
        "\n", " "
    )
