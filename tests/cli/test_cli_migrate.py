"""``langalign migrate``: an index of one encoder becomes one of another."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import quote

import numpy as np
import pytest
from postgres_server import PASSWORD

from langalign.data import bundled
from langalign.encoders.mini import MiniEncoder
from langalign.encoders.precomputed import save_vectors
from langalign.migration import MigrationMap
from langalign.retrieval import nearest

TEXTS = list(dict.fromkeys(bundled.sentiment("en", "train").texts))
OLD = MiniEncoder().encode(TEXTS)
TURN = np.linalg.qr(np.random.default_rng(0).normal(size=(OLD.shape[1], OLD.shape[1])))[0]
NEW = (OLD @ TURN[:, :200]).astype(np.float32)


@pytest.fixture
def files(tmp_path):
    """The index, the sample, and another model, given by its vectors."""
    np.save(tmp_path / "old.npy", OLD)
    (tmp_path / "sample.txt").write_text("\n".join([*TEXTS, TEXTS[0]]), encoding="utf-8")
    save_vectors(tmp_path / "other.npy", TEXTS, NEW, "another model")
    return tmp_path


def arguments(files, *more):
    return (
        *("migrate", files / "old.npy", files / "new.npy", "--texts", files / "sample.txt"),
        *("--old-encoder", "mini", "--new-encoder", files / "other.npy", "--no-cache", *more),
    )


def test_the_new_index_answers_new_queries(files, run):
    result = run(*arguments(files))
    assert result.code == 0, result.err
    assert f"Wrote {len(TEXTS)} vectors of width 200 to {files / 'new.npy'}" in result.out
    assert "Recall@10 against full re-encoding: " in result.out
    found = np.load(files / "new.npy")
    same = nearest(NEW, found, 1).indices[:, 0] == np.arange(len(TEXTS))
    assert same.mean() > 0.95
    assert not (files / "new.npy.parts").exists()
    loaded = MigrationMap.load(files / "new.npy.map")
    assert loaded.record["texts"] == len(TEXTS)
    assert loaded.fingerprints == {"old": MiniEncoder().fingerprint, "new": "another model"}
    # Once more, elsewhere, by the map that is there: without texts being encoded.
    again = run(
        *("migrate", files / "old.npy", files / "again.npy", "--texts", files / "nowhere.txt"),
        *("--old-encoder", "x/y", "--new-encoder", "x/y", "--map", files / "new.npy.map", "--json"),
    )
    assert again.json["vectors"] == len(TEXTS)
    assert again.json["recall"]["mapped"] == loaded.record["recall"]["mapped"]
    digests = [
        hashlib.sha256((files / name).read_bytes()).digest() for name in ("new.npy", "again.npy")
    ]
    assert digests[0] == digests[1]


def test_it_can_only_measure(files, run):
    result = run(*arguments(files, "--only-measure", "--json", "--map", files / "map"))
    assert result.code == 0, result.err
    assert 0.3 < result.json["recall"]["mapped"] <= 1
    assert result.json["vectors"] is None
    assert not (files / "new.npy").exists()
    assert json.loads((files / "map" / "config.json").read_text())["kind"] == "migration map"


def test_a_map_that_is_there_is_all_that_is_needed_and_is_not_passed_off_as_another(files, run):
    assert run(*arguments(files, "--only-measure", "--aligner", "auto")).code == 0
    again = run(*arguments(files, "--only-measure", "--aligner", "procrustes"))
    assert again.code == 2
    assert "new.npy.map holds a map that was fitted with --aligner auto, not" in again.err
    for more in ((), ("--aligner", "auto")):
        found = run("migrate", files / "old.npy", files / "new.npy", *more)
        assert found.code == 0, found.err
        assert f"fitted on {len(TEXTS)} texts); no text is encoded" in found.err
        (files / "new.npy").unlink()
    without = run("migrate", files / "old.npy", files / "new.npy", "--map", files / "none")
    assert (without.code, "--texts, --old-encoder and --new-encoder are needed" in without.err) == (
        2,
        True,
    )


def test_what_does_not_fit_is_reported_before_anything_is_encoded(files, run):
    (files / "new.npy").write_bytes(b"")
    result = run(*arguments(files))
    assert (result.code, "is there already" in result.err) == (2, True)
    (files / "new.npy").unlink()
    np.save(files / "old.npy", NEW)
    result = run(*arguments(files))
    assert result.code == 2
    assert "width 200, mini gives 352" in result.err.replace("\n", " ")
    result = run("migrate", files / "old.npy", files / "new.parquet", *arguments(files)[3:])
    assert (result.code, "of different kinds" in result.err) == (2, True)


def test_a_table_of_pgvector_beside_the_old_one(files, run, database, monkeypatch):
    import psycopg

    monkeypatch.chdir(files)
    database.run("CREATE TABLE items (id int PRIMARY KEY, text text, embedding vector(352))")
    with psycopg.connect(database.address) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO items VALUES (%s, %s, %s::float4[])",
            [(-i, text, OLD[i].tolist()) for i, text in enumerate(TEXTS)],
        )
    database.run("GRANT SELECT ON items TO keyed")
    database.run("GRANT CREATE ON SCHEMA public TO keyed")
    user = f"keyed:{quote(PASSWORD, safe='')}"
    places = [database.place(name, user=user) for name in ("items", "items_new")]
    result = run("migrate", *places, *arguments(files)[3:])
    assert result.code == 0, result.err
    shown = database.place("items_new", user="keyed")
    assert f"Wrote {len(TEXTS)} vectors of width 200 to {shown}" in result.out.replace("\n", "")
    assert "geheim" not in result.out + result.err
    assert sorted(path.name for path in files.glob("items*")) == ["items_new.map"]
    rows = database.run("SELECT text, embedding::float4[] FROM items_new ORDER BY id DESC")
    assert [text for text, _ in rows] == TEXTS
    found = np.asarray([vector for _, vector in rows], dtype=np.float32)
    assert (nearest(NEW, found, 1).indices[:, 0] == np.arange(len(TEXTS))).mean() > 0.95
    again = run("migrate", *places, *arguments(files)[3:])
    assert (again.code, "is there already" in again.err) == (2, True)
    assert "geheim" not in again.out + again.err
    places[1] = database.place("items_3", user=user)
    answer = run("migrate", *places, *arguments(files, "--map", "items_new.map", "--json")[3:]).json
    assert (answer["out"], answer["vectors"]) == (
        database.place("items_3", user="keyed"),
        len(TEXTS),
    )
