"""Stores of every kind that hold them."""

from __future__ import annotations

import uuid

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from migration_vectors import IDS, OLD, N, X, Y

from langalign.aligners.linear import Linear
from langalign.migration import MigrationMap, open_store
from langalign.migration.stores.qdrant import client_of


@pytest.fixture(scope="session")
def mapping():
    return MigrationMap.fit(X, Y, aligner=Linear())


def make_npy(folder):
    np.save(folder / "old.npy", X.astype(np.float16))
    return str(folder / "old.npy"), str(folder / "new.npy")


def make_parquet(folder):
    table = {
        "id": IDS,
        "embedding": list(X),
        "text": [f"text {i}" for i in range(N)],
        "more": [None if i % 3 else {"a": i} for i in range(N)],
    }
    pyarrow.parquet.write_table(pyarrow.table(table), folder / "old.parquet", row_group_size=90)
    return str(folder / "old.parquet"), str(folder / "new.parquet")


def make_faiss(folder):
    faiss = pytest.importorskip("faiss")
    index = faiss.IndexIDMap2(faiss.IndexFlatL2(OLD))
    index.add_with_ids(X, IDS)
    faiss.write_index(index, str(folder / "old.faiss"))
    return str(folder / "old.faiss"), str(folder / "new.faiss")


def make_flat(folder):
    faiss = pytest.importorskip("faiss")
    index = faiss.IndexFlatIP(OLD)
    index.add(X)
    faiss.write_index(index, str(folder / "old.index"))
    return str(folder / "old.index"), str(folder / "new.index")


def make_qdrant(folder):
    models = pytest.importorskip("qdrant_client.models")
    (folder / "db").mkdir()
    client = client_of(str(folder / "db"))
    client.create_collection(
        "old", vectors_config=models.VectorParams(size=OLD, distance=models.Distance.DOT)
    )
    points = [
        models.PointStruct(
            id=int(IDS[i]) if i % 2 else str(uuid.UUID(int=i)),
            vector=X[i].tolist(),
            payload={"text": f"text {i}", "row": i},
        )
        for i in range(N)
    ]
    client.upsert("old", points)
    return f"qdrant:{folder}/db/old", f"qdrant:{folder}/db/new"


def make_pgvector(database):
    psycopg = pytest.importorskip("psycopg")
    database.run("CREATE TABLE old (id bigint PRIMARY KEY, text text NOT NULL, embedding vector)")
    with psycopg.connect(database.address) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO old VALUES (%s, %s, %s::float4[])",
            [(int(IDS[i]), f"text {i}", X[i].tolist()) for i in range(N)],
        )
    return database.place("old"), database.place("new")


MAKERS = {
    "npy": make_npy,
    "parquet": make_parquet,
    "faiss": make_faiss,
    "faiss flat": make_flat,
    "qdrant": make_qdrant,
    "pgvector": make_pgvector,
}


@pytest.fixture(params=MAKERS)
def kind(request):
    return request.param


@pytest.fixture
def places(kind, request):
    """Where the old index is, and where the new one goes."""
    room = request.getfixturevalue("database" if kind == "pgvector" else "tmp_path")
    places = MAKERS[kind](room)
    yield places
    if kind == "qdrant":
        open_store(places[0]).client.close()
