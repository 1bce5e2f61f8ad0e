"""Stored vectors of every kind of store are mapped, whole, with all that belongs to them."""

from __future__ import annotations

import json
import os

import numpy as np
import pyarrow.parquet
import pytest
from migration_vectors import IDS, NEW, OLD, TURN, N, X, Y

from langalign.aligners.linear import Linear
from langalign.errors import DataError, PersistenceError, SpaceMismatchError, VectorError
from langalign.migration import MigrationMap, convert, mapped_parts, measure_recall, open_store
from langalign.migration.recall import shared
from langalign.migration.stores.base import stores
from langalign.retrieval import nearest


def convert_all(places, mapping, tmp_path, **options):
    old, new = map(open_store, places)
    return convert(old, new, mapping, work=tmp_path / "work", **options)


def stored(place):
    return np.concatenate(list(open_store(place).batches(100, start=0)))


def test_every_vector_is_mapped_and_nothing_is_left_behind(places, mapping, tmp_path):
    before = stored(places[0])
    seen = []
    written = convert_all(places, mapping, tmp_path, progress=lambda *args: seen.append(args))
    assert written == N
    found = stored(places[1])
    assert found.shape == (N, NEW)
    np.testing.assert_allclose(found, mapping.transform(before), rtol=1e-2, atol=2e-2)
    np.testing.assert_array_equal(stored(places[0]), before)
    assert not (tmp_path / "work").exists()
    assert seen[-1] == ("Writing the new index", N, N)


def test_what_belongs_to_a_vector_stays_with_it(kind, places, mapping, tmp_path):
    convert_all(places, mapping, tmp_path)
    if kind == "npy":
        assert np.load(places[1]).dtype == np.float16
    elif kind == "parquet":
        old, new = (pyarrow.parquet.read_table(place) for place in places)
        assert new.column_names == old.column_names
        for name in ("id", "text", "more"):
            assert new[name].to_pylist() == old[name].to_pylist()
        np.testing.assert_allclose(np.stack(new["embedding"].to_pylist()), Y, rtol=1e-3, atol=1e-3)
    elif kind.startswith("faiss"):
        import faiss

        index = faiss.read_index(places[1])
        metric = faiss.METRIC_L2 if kind == "faiss" else faiss.METRIC_INNER_PRODUCT
        assert index.metric_type == metric
        _, first = faiss.read_index(places[1]).search(Y[:5], 1)
        if kind == "faiss":
            assert first[:, 0].tolist() == IDS[:5].tolist()
            np.testing.assert_allclose(index.reconstruct(int(IDS[3])), Y[3], atol=1e-3)
    elif kind == "qdrant":
        _check_qdrant(places[1])
    else:
        _check_pgvector(places[1])


def _check_qdrant(place):
    store = open_store(place)
    points, _ = store.client.scroll("new", limit=N, with_vectors=True)
    assert len(points) == N
    for point in points:
        row = point.payload["row"]
        assert point.payload["text"] == f"text {row}"
        np.testing.assert_allclose(point.vector, Y[row], rtol=1e-3, atol=1e-3)
        assert isinstance(point.id, int) == bool(row % 2)
    parameters = store.client.get_collection("new").config.params.vectors
    assert (parameters.size, parameters.distance.value) == (NEW, "Dot")


def _check_pgvector(place):
    import psycopg

    with psycopg.connect(place.replace("/new?", "?")) as connection:
        rows = connection.execute("SELECT id, text, embedding::float4[] FROM new").fetchall()
    assert len(rows) == N
    place_of = {int(number): row for row, number in enumerate(IDS)}
    for number, text, vector in rows:
        assert text == f"text {place_of[number]}"
        np.testing.assert_allclose(vector, Y[place_of[number]], rtol=1e-3, atol=1e-3)


def test_a_run_that_was_stopped_goes_on(places, mapping, tmp_path, monkeypatch):
    monkeypatch.setattr(mapped_parts, "ROWS", 70)

    class Stop(Exception):
        pass

    def stop_at(stage, done, total):
        if (stage, done) == ("Mapping vectors", 210) or stage == "Writing the new index":
            raise Stop

    with pytest.raises(Stop):
        convert_all(places, mapping, tmp_path, progress=stop_at)
    assert len(list((tmp_path / "work").glob("*.npy"))) == 3
    assert not open_store(places[1]).exists()
    first = (tmp_path / "work" / "00000000.npy").stat().st_mtime_ns
    with pytest.raises(Stop):  # while the new index is written
        convert_all(places, mapping, tmp_path, progress=stop_at)
    assert not open_store(places[1]).exists()
    assert (tmp_path / "work" / "00000000.npy").stat().st_mtime_ns == first
    assert convert_all(places, mapping, tmp_path) == N
    np.testing.assert_allclose(
        stored(places[1]), mapping.transform(stored(places[0])), rtol=1e-2, atol=2e-2
    )


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from langalign.aligners.linear import Linear
from langalign.migration import MigrationMap, convert, mapped_parts, open_store

mapped_parts.ROWS = 4
X = np.random.default_rng(0).normal(size=(10, 3)).astype(np.float32)
mapping = MigrationMap.fit(X, 2 * X, aligner=Linear())
expected = mapping.transform(X)

def migrate(folder):
    old, new = (open_store(f"{folder}/{name}.npy") for name in ("old", "new"))
    convert(old, new, mapping, work=folder / "work")

def killed_at(step, folder):
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    count = 0
    def hook(event, arguments):
        nonlocal count
        if event.startswith(("os.", "open", "shutil.")):
            count += 1
            if count == step + 1:  # to kill is an event as well
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    migrate(folder)
    os._exit(0)

step, killed = 0, True
while killed:
    folder = Path(sys.argv[1], str(step))
    folder.mkdir()
    np.save(folder / "old.npy", X)
    killed = killed_at(step, folder)
    if not (folder / "new.npy").exists():
        migrate(folder)
        assert not (folder / "work").exists(), step
    assert np.array_equal(np.load(folder / "new.npy"), expected), step
    step += 1
print(step)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_step_it_goes_on(run_python, tmp_path):
    assert int(run_python(KILLED, tmp_path)) > 20


def test_parts_of_another_migration_are_not_taken(tmp_path, mapping, monkeypatch):
    np.save(tmp_path / "old.npy", X)
    places = str(tmp_path / "old.npy"), str(tmp_path / "new.npy")
    with pytest.raises(KeyboardInterrupt):
        convert_all(places, mapping, tmp_path, progress=_interrupt)
    other = MigrationMap.fit(X, Y[:, ::-1], aligner=Linear())
    with pytest.raises(PersistenceError, match="parts of another migration"):
        convert_all(places, other, tmp_path)
    (tmp_path / "work" / mapped_parts.JOB).write_text("{")
    with pytest.raises(PersistenceError, match="parts of another migration"):
        convert_all(places, mapping, tmp_path)


def test_an_index_that_changes_meanwhile_is_not_written(kind, places, mapping, tmp_path):
    def change(stage, done, total):
        if stage == "Writing the new index":
            _change(places[0])

    with pytest.raises(DataError, match="changed while it was migrated; stop writing to it"):
        convert_all(places, mapping, tmp_path, progress=change)
    assert not open_store(places[1]).exists()
    with pytest.raises(PersistenceError, match="parts of another migration"):
        convert_all(places, mapping, tmp_path)


def _change(place):
    if place.startswith("qdrant:"):
        store = open_store(place)
        (point, *_), _ = store.client.scroll("old", limit=1)
        store.client.set_payload("old", {"text": "other"}, points=[point.id])
        return
    if not place.startswith("postgresql:"):
        os.utime(place, ns=(1, 1))
        return
    import psycopg

    with psycopg.connect(place.replace("/old?", "?")) as connection:
        connection.execute("UPDATE old SET text = 'other' WHERE id = 1000")


@pytest.mark.parametrize("kind", ["qdrant"], indirect=True)
def test_points_that_are_exchanged_for_others_change_what_a_collection_is(places, tmp_path):
    models = pytest.importorskip("qdrant_client.models")
    store = open_store(places[0])
    file = tmp_path / "db" / "collection" / "old" / "storage.sqlite"
    before, state = store.identity(), file.stat()
    assert store.identity() == before
    other = models.PointStruct(id=10**9, vector=X[1].tolist(), payload={})
    store.client.upsert("old", [other])
    store.client.delete("old", [int(IDS[1])])
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))  # as of a server: no file tells
    assert (file.stat().st_size, store.n_rows) == (state.st_size, N)
    assert store.identity() != before


def _interrupt(*_):
    raise KeyboardInterrupt


def test_a_new_place_must_be_free_and_of_the_same_kind(places, mapping, tmp_path):
    convert_all(places, mapping, tmp_path)
    with pytest.raises(DataError, match="is there already"):
        convert_all(places, mapping, tmp_path)
    other = "other.parquet" if places[0].endswith(".npy") else "other.npy"
    with pytest.raises(DataError, match="of different kinds"):
        convert_all((places[0], str(tmp_path / other)), mapping, tmp_path)


def test_another_width_is_refused(places, tmp_path):
    wide = np.hstack([X, X])
    mapping = MigrationMap.fit(wide, Y, aligner=Linear(alpha=0.1))
    with pytest.raises(SpaceMismatchError, match=f"width {OLD}, the map was fitted on width 12"):
        convert_all(places, mapping, tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.npy", b"", "not a .npy file of numbers, or a damaged one"),
        ("a.npy", b"\x93NUMPY\x01\x00", "not a .npy file of numbers"),
        ("a.parquet", b"PAR1", "damaged, or not Parquet"),
        ("a.faiss", b"abcd" * 9, "damaged, or not written by faiss"),
        ("b.npy", None, "no such file"),
        ("b.faiss", None, "no such file"),
        ("b.parquet", None, "no such file"),
    ],
)
def test_damaged_and_missing_files_are_reported(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        _ = open_store(str(tmp_path / name)).n_rows


def test_what_is_no_vectors_is_reported(tmp_path, mapping):
    np.save(tmp_path / "a.npy", np.arange(5))
    with pytest.raises(VectorError, match="1 axes"):
        _ = open_store(str(tmp_path / "a.npy")).width
    table = pyarrow.table({"text": ["a"], "vector": [[1.0, 2.0]]})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    assert open_store(f"{tmp_path}/a.parquet").width == 2
    with pytest.raises(DataError, match=r"no column other, only text, vector"):
        _ = open_store(f"{tmp_path}/a.parquet:other").width
    with pytest.raises(DataError, match="does not hold a vector"):
        _ = open_store(f"{tmp_path}/a.parquet:text").width
    broken = X.copy()
    broken[200] = np.nan
    np.save(tmp_path / "nan.npy", broken)
    with pytest.raises(VectorError, match=r"nan\.npy, vectors from row 0: row 200"):
        convert_all((f"{tmp_path}/nan.npy", f"{tmp_path}/new.npy"), mapping, tmp_path)
    assert not (tmp_path / "new.npy").exists()
    with pytest.raises(DataError, match=r"known: FILE\.faiss, FILE\.npy"):
        open_store("vectors.csv")


def test_what_half_precision_cannot_hold_is_not_written_as_infinity(tmp_path):
    np.save(tmp_path / "old.npy", X.astype(np.float16))
    large = MigrationMap.fit(X, 1e6 * Y, aligner=Linear())
    with pytest.raises(DataError, match="float16, cannot hold; save the old vectors as float32"):
        convert_all((f"{tmp_path}/old.npy", f"{tmp_path}/new.npy"), large, tmp_path)
    assert not (tmp_path / "new.npy").exists()


def test_a_column_is_found_however_its_file_is_written(tmp_path, monkeypatch):
    table = pyarrow.table({"vector": [[1.0, 2.0]], "other": [[1.0, 2.0, 3.0]]})
    (tmp_path / "a folder").mkdir()
    pyarrow.parquet.write_table(table, tmp_path / "a folder" / "a.parquet")
    monkeypatch.chdir(tmp_path)
    for path in ("a folder/a.parquet", "./a folder/a.parquet", f"{tmp_path}//a folder/./a.parquet"):
        stores_there = open_store(path), open_store(f"{path}:other")
        assert [(store.column, store.width) for store in stores_there] == [
            ("vector", 2),
            ("other", 3),
        ]


def test_other_indexes_of_faiss_are_refused(tmp_path):
    faiss = pytest.importorskip("faiss")
    index = faiss.IndexHNSWFlat(OLD, 8)
    index.add(X)
    faiss.write_index(index, str(tmp_path / "a.faiss"))
    with pytest.raises(DataError, match="an IndexHNSWFlat; flat indexes are converted"):
        next(open_store(str(tmp_path / "a.faiss")).batches(10, start=0))


def test_what_is_kept_beside_an_index_is_named_by_it():
    assert open_store("folder/new.npy").name_beside == "folder/new.npy"
    assert open_store("qdrant:http://localhost:6333/new").name_beside == "new"


def test_an_address_that_ends_like_a_file_is_an_address():
    assert type(open_store("qdrant:http://localhost:6333/new.index")).__name__ == "QdrantStore"


def test_every_store_says_how_it_is_written():
    forms = [stores.get(name).form for name in stores.names()]
    assert len(set(forms)) == len(forms)
    with pytest.raises(DataError, match="no known kind of index") as told:
        open_store("vectors.csv")
    assert all(form in str(told.value) for form in forms)


def test_the_map_is_saved_and_vectors_of_length_one_stay_so(tmp_path):
    unit = Y / np.linalg.norm(Y, axis=1, keepdims=True)
    found = MigrationMap.fit(
        X, unit, aligner=Linear(), fingerprints={"old": "a", "new": "b"}, record={"n": 3}
    )
    np.testing.assert_allclose(np.linalg.norm(found.transform(X), axis=1), 1, rtol=1e-5)
    found.save(tmp_path / "map")
    loaded = MigrationMap.load(tmp_path / "map")
    np.testing.assert_array_equal(loaded.transform(X), found.transform(X))
    assert (loaded.fingerprints, loaded.record) == ({"old": "a", "new": "b"}, {"n": 3})
    assert loaded.widths == (OLD, NEW)
    weights = tmp_path / "map" / "aligner" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00")
    with pytest.raises(PersistenceError, match="checksum"):
        MigrationMap.load(tmp_path / "map")


def test_recall_is_counted_as_by_hand():
    rng = np.random.default_rng(1)
    new = X @ TURN + rng.normal(size=Y.shape)
    found = measure_recall(X, new, aligner=Linear(alpha=0.01), k=5)
    order = np.random.default_rng(0).permutation(N)
    held_out, fitted = order[:90], order[90:]
    queries, documents = new[held_out[:22]], held_out[22:]
    mapped = Linear(alpha=0.01).fit(X[fitted], new[fitted]).transform(X[documents])
    ours, theirs = (nearest(queries, keys, 5).indices for keys in (mapped, new[documents]))
    by_hand = np.mean([len({*a} & {*b}) / 5 for a, b in zip(ours, theirs, strict=True)])
    assert found.mapped == pytest.approx(by_hand)
    kept = np.mean([b[0] in a for a, b in zip(ours, theirs, strict=True)])
    assert found.nearest_kept == pytest.approx(kept)
    assert 0.2 < found.mapped < found.nearest_kept < 1
    assert found.interval.low < found.mapped < found.interval.high
    assert (found.n_queries, found.n_documents, found.n_fitted) == (22, 68, 210)
    assert "22 new queries, 68 documents" in found.summary()
    assert json.loads(json.dumps(found.as_dict()))["mapped"] == found.mapped


def test_the_same_model_recalls_all_and_an_unrelated_one_hardly_anything():
    same = measure_recall(X, X, aligner=Linear(alpha=1e-6))
    assert same.unmapped == 1.0
    assert same.mapped > 0.98
    unrelated = np.random.default_rng(2).normal(size=X.shape)
    lost = measure_recall(X, unrelated, aligner=Linear())
    assert lost.mapped < 0.25
    assert "too little" in lost.summary()
    assert "too little" not in same.summary()
    assert shared(np.array([[1, 2]]), np.array([[3, 4]])).tolist() == [0]
    with pytest.raises(DataError, match="100 texts were given; a map and a test"):
        measure_recall(X[:100], Y[:100], aligner=Linear())


def test_a_text_that_stands_in_the_sample_often_is_not_on_both_sides():
    rng = np.random.default_rng(2)
    old, unrelated = rng.normal(size=(400, 200)), rng.normal(size=(400, 200))
    often = np.repeat(np.arange(400), 5)
    once = measure_recall(old, unrelated, aligner=Linear())
    many = measure_recall(old[often], unrelated[often], aligner=Linear())
    assert many.mapped < once.mapped + 0.05 < 0.25
    assert (many.n_queries, many.n_documents) == (once.n_queries, once.n_documents)
    assert many.n_fitted == 5 * once.n_fitted
    with pytest.raises(DataError, match=r"100 texts were given \(500 rows"):
        measure_recall(old[often[:500]], unrelated[often[:500]], aligner=Linear())


def test_rows_of_other_widths_are_reported_also_where_their_numbers_would_fill_a_table(tmp_path):
    table = pyarrow.table({"vector": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0, 8.0]]})
    pyarrow.parquet.write_table(table, tmp_path / "ragged.parquet")
    store = open_store(f"{tmp_path}/ragged.parquet")
    with pytest.raises(DataError, match="must hold a vector of one width in each row"):
        list(store.batches(2, start=0))
