"""Tables of pgvector: everything in them is kept, nothing secret of the address is shown."""

from __future__ import annotations

import json
import re
import traceback
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from migration_vectors import NEW, X, Y
from postgres_server import PASSWORD

from langalign.errors import DataError
from langalign.migration import convert, mapped_parts, open_store

ROWS = 40
TABLE = "CREATE TABLE old (id int PRIMARY KEY, embedding vector(6))"


def fill(database, table, *, column="embedding", key="id", rows=ROWS):
    """Insert vectors; row ``i`` has the key ``i``."""
    values = ", ".join(f"({i}, '{X[i].tolist()}')" for i in range(rows))
    database.run(f'INSERT INTO {table} ("{key}", "{column}") VALUES {values}')


def migrate(database, tmp_path, mapping, *, old="old", new="new", **options):
    source, target = open_store(database.place(old)), open_store(database.place(new))
    return convert(source, target, mapping, work=tmp_path / "work", **options)


def vectors(database, table, *, column="embedding", key="id"):
    """Return the vectors of a table, by key."""
    rows = database.run(f'SELECT "{key}", "{column}"::float4[] FROM {table}')
    return dict(rows)


def assert_mapped(found, *, rows=range(ROWS), first_key=0, tolerance=1e-3):
    """Check that each row has what its old vector is mapped to."""
    mapped = [found[first_key + i] for i in rows]
    np.testing.assert_allclose(mapped, Y[rows], rtol=tolerance, atol=tolerance)


def tables(database):
    return [
        name
        for (name,) in database.run(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND "
            "relnamespace = 'public'::regnamespace"
        )
    ]


EVERYTHING = """
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE old (
    id bigint GENERATED ALWAYS AS IDENTITY (START 1000) PRIMARY KEY,
    "c0" text NOT NULL DEFAULT 'none',
    "n" numeric,
    embedding vector(6) NOT NULL,
    "is_empty" mood,
    tags text[],
    more jsonb,
    raw bytea,
    seen timestamptz,
    words tsvector GENERATED ALWAYS AS (to_tsvector('english', "c0")) STORED,
    gone int,
    UNIQUE ("c0"),
    CHECK ("n" <> 7)
);
ALTER TABLE old DROP COLUMN gone;
CREATE INDEX ON old USING gin (words);
CREATE INDEX ON old USING hnsw (embedding vector_cosine_ops);
CREATE INDEX ON old USING hnsw ((embedding::halfvec(6)) halfvec_l2_ops) WHERE "n" > 1;
"""


def test_all_that_a_table_has_is_kept(database, mapping, tmp_path):
    database.run(EVERYTHING)
    for i in range(ROWS):
        database.run(
            'INSERT INTO old ("c0", "n", embedding, "is_empty", tags, more, raw, seen) '
            "VALUES (%s, %s, %s::float4[], 'glad', %s, %s, %s, now())",
            f"text\t{i}\\N",
            None if i % 3 else "0.1000000000000000000000001",
            X[i].tolist(),
            ["a", None, f"{i}"],
            json.dumps({"i": i}),
            b"\x00\xff" * i,
        )
    before = database.run("SELECT * FROM old ORDER BY id")
    assert migrate(database, tmp_path, mapping) == ROWS
    rest = 'id, "c0", "n", "is_empty", tags, more, raw, seen, words'
    same = [database.run(f"SELECT {rest} FROM {table} ORDER BY id") for table in ("old", "new")]
    assert same[0] == same[1]
    assert len(same[1]) == ROWS
    assert before == database.run("SELECT * FROM old ORDER BY id")
    found = vectors(database, "new")
    assert_mapped(found, first_key=1000)
    # What is inserted now fares as in the old table.
    row = database.run(
        "INSERT INTO new (embedding) VALUES ('[1,2,3,4]') RETURNING id, c0, words::text"
    )
    assert row == [(1000 + ROWS, "none", "'none':1")]
    import psycopg

    for values, error in [
        ("('none', 1, '[1,2,3,4]')", psycopg.errors.UniqueViolation),
        ("('other', 7, '[1,2,3,4]')", psycopg.errors.CheckViolation),
        ("('other', 1, '[1,2,3,4,5,6]')", psycopg.errors.DataException),
        ("('other', 1, NULL)", psycopg.errors.NotNullViolation),
    ]:
        with pytest.raises(error):
            database.run(f"INSERT INTO new (c0, n, embedding) VALUES {values}")
    indexes = database.run("SELECT indexdef FROM pg_indexes WHERE tablename = 'new'")
    assert sorted(name.split("USING ")[1].split(" ")[0] for (name,) in indexes) == [
        "btree",
        "btree",
        "gin",
    ]
    database.run("CREATE INDEX ON new USING hnsw (embedding vector_cosine_ops)")


def test_rows_without_a_vector_stay_without(database, mapping, tmp_path):
    database.run(TABLE)
    fill(database, "old")
    database.run("UPDATE old SET embedding = NULL WHERE id IN (0, 7, 8, 39)")
    database.run("INSERT INTO old VALUES (-1, NULL)")
    assert open_store(database.place("old")).n_rows == ROWS - 4
    assert migrate(database, tmp_path, mapping) == ROWS - 4
    found = vectors(database, "new")
    assert {key for key, vector in found.items() if vector is None} == {-1, 0, 7, 8, 39}
    assert_mapped(found, rows=sorted(set(range(ROWS)) - {0, 7, 8, 39}))


def test_half_precision_stays_so_also_at_4000_numbers(database, mapping, tmp_path):
    database.run("CREATE TABLE old (id int PRIMARY KEY, embedding halfvec(6))")
    fill(database, "old")
    migrate(database, tmp_path, mapping)
    found = vectors(database, "new")
    assert_mapped(found, tolerance=1e-2)
    kind = "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attname = 'embedding' "
    assert database.run(kind + "AND attrelid = 'new'::regclass") == [(f"halfvec({NEW})",)]
    wide = np.random.default_rng(0).normal(size=(ROWS, 4000)).astype(np.float32)
    source, target = open_store(database.place("old")), open_store(database.place("wide"))
    target.write(iter([wide[:11], wide[11:]]), like=source, width=4000)
    assert target.width == 4000
    [read] = target.batches(100, start=0)
    np.testing.assert_array_equal(read, wide.astype(np.float16))
    database.run("CREATE INDEX ON wide USING hnsw (embedding halfvec_l2_ops)")
    wide[5, 5] = 1e6
    with pytest.raises(DataError, match="infinite value not allowed in halfvec"):
        open_store(database.place("big")).write(iter([wide]), like=source, width=4000)
    assert sorted(tables(database)) == ["new", "old", "wide"]


def test_any_name_is_kept_as_a_name(database, mapping, tmp_path):
    schema, table, column, key = "Über.all", 'Äpfel"; DROP TABLE old; --', "Vek/tor:%s{}", "a b"
    doubled = table.replace('"', '""')
    database.run(f'CREATE SCHEMA "{schema}"')
    database.run(
        f'CREATE TABLE "{schema}"."{doubled}" ("{key}" int PRIMARY KEY, "{column}" vector(6))'
    )
    fill(database, f'"{schema}"."{doubled}"', column=column, key=key)
    old = f"{quote(schema, safe='').replace('.', '%2E')}.{quote(table, safe='')}"
    migrate(database, tmp_path, mapping, old=old, new=f"{old}2:{quote('neu;', safe='')}")
    found = vectors(database, f'"{schema}"."{doubled}2"', column="neu;", key=key)
    assert_mapped(found)
    # As it is written, too, where a character means nothing in an address.
    database.run('CREATE TABLE "Äpfel" (id int PRIMARY KEY, v vector(6))')
    assert open_store(database.place("Äpfel")).width == 6
    with pytest.raises(DataError, match="no such table; names are written as they stand"):
        _ = open_store(database.place("äpfel")).width


def test_rows_are_distinguished_by_all_columns_of_the_key(database, mapping, tmp_path):
    database.run(
        "CREATE TABLE old (id int, part text, embedding vector(6), PRIMARY KEY (part, id)) "
        "PARTITION BY LIST (part);"
        "CREATE TABLE old_a PARTITION OF old FOR VALUES IN ('a');"
        "CREATE TABLE old_b PARTITION OF old FOR VALUES IN ('b')"
    )
    for i in range(ROWS):
        database.run(
            "INSERT INTO old VALUES (%s, %s, %s::float4[])",
            i // 2,
            "ab"[i % 2],
            [*map(float, X[i])],
        )
    migrate(database, tmp_path, mapping)
    rows = database.run("SELECT id, part, embedding::float4[] FROM new")
    assert len(rows) == ROWS
    for number, part, vector in rows:
        np.testing.assert_allclose(vector, Y[2 * number + "ab".index(part)], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("made", "table", "message"),
    [
        ("CREATE TABLE t (embedding vector(6))", "t", "no primary key, .* ADD COLUMN id bigserial"),
        ("CREATE VIEW v AS SELECT '[1,2]'::vector(2) AS a", "v", "no primary key"),
        ("CREATE TABLE t (id int PRIMARY KEY, s sparsevec(6))", "t", r"only .* s \(sparsevec\)"),
        ("CREATE TABLE t (id int PRIMARY KEY, v vector(6))", "t:w", "no column w of type vector"),
        (
            "CREATE TABLE t (id int PRIMARY KEY, v vector(6), w halfvec(3))",
            "t",
            "several columns of vectors, .*; name one: TABLE:COLUMN",
        ),
        ("CREATE TABLE t (id int PRIMARY KEY, v vector)", "t", "no vectors in it"),
        ("SELECT 1", "nowhere.t", "there is no such table"),
    ],
)
def test_what_cannot_be_converted_is_reported(database, made, table, message):
    database.run(made)
    with pytest.raises(DataError, match=message):
        _ = open_store(database.place(table)).width


def test_a_column_is_named_where_there_are_several(database, mapping, tmp_path):
    database.run("CREATE TABLE old (id int PRIMARY KEY, a vector(3), b vector(6))")
    fill(database, "old", column="b")
    database.run("UPDATE old SET a = '[1,2,3]'")
    migrate(database, tmp_path, mapping, old="old:b")
    found = vectors(database, "new", column="b")
    assert_mapped(found)
    assert vectors(database, "new", column="a") == vectors(database, "old", column="a")


def test_vectors_of_several_widths_are_reported(database, mapping, tmp_path):
    database.run("CREATE TABLE old (id int PRIMARY KEY, embedding vector)")
    fill(database, "old")
    database.run("UPDATE old SET embedding = '[1,2]' WHERE id = 9")
    with pytest.raises(DataError, match="vectors of widths 2, 6 in one column"):
        migrate(database, tmp_path, mapping)
    assert tables(database) == ["old"]


def test_an_empty_table_gives_an_empty_one(database, mapping, tmp_path):
    database.run(TABLE)
    assert migrate(database, tmp_path, mapping) == 0
    assert open_store(database.place("new")).width == NEW


def test_where_the_new_table_cannot_be_is_reported_before_anything_is_done(
    database, mapping, tmp_path
):
    database.run(TABLE)
    database.run("CREATE VIEW taken AS SELECT 1")
    database.run("GRANT SELECT ON old TO keyed")
    elsewhere = open_store(database.place("new").replace(database.name, "postgres"))
    with pytest.raises(DataError, match="made in the database of the old one; .*/" + database.name):
        elsewhere.require_free(open_store(database.place("old")))
    for new, message in [
        ("taken", "is there already"),
        ("nowhere.new", "no such schema; make it first: CREATE SCHEMA"),
    ]:
        with pytest.raises(DataError, match=message):
            migrate(database, tmp_path, mapping, new=new)
    keyed = f"keyed:{quote(PASSWORD, safe='')}"
    source, target = (open_store(database.place(name, user=keyed)) for name in ("old", "new"))
    with pytest.raises(DataError, match="grant CREATE on the schema public"):
        convert(source, target, mapping, work=tmp_path / "work")
    assert not (tmp_path / "work").exists()


def test_rows_that_a_policy_hides_are_not_left_out_in_silence(database, mapping, tmp_path):
    database.run(TABLE)
    fill(database, "old")
    database.run("ALTER TABLE old ENABLE ROW LEVEL SECURITY")
    database.run("CREATE POLICY few ON old USING (id < 3)")
    database.run("GRANT SELECT ON old TO keyed")
    with pytest.raises(DataError, match="row-level security policy"):
        _ = open_store(database.place("old", user=f"keyed:{quote(PASSWORD, safe='')}")).n_rows
    assert open_store(database.place("old")).n_rows == ROWS


def test_a_write_that_fails_leaves_nothing_behind(database, mapping, tmp_path):
    database.run(TABLE)
    fill(database, "old")
    source, target = open_store(database.place("old")), open_store(database.place("new"))

    def failing():
        yield Y[:20]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        target.write(failing(), like=source, width=NEW)
    with pytest.raises(DataError, match=r"expected 5 dimensions, not 4\. Nothing was written"):
        target.write(iter([Y[:ROWS]]), like=source, width=5)

    def disconnected():
        yield Y[:20]
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        database.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        yield Y[20:ROWS]

    with pytest.raises(DataError, match=r"PostgreSQL says: .*connection"):
        target.write(disconnected(), like=source, width=NEW)
    assert tables(database) == ["old"]
    assert database.run("SELECT count(*) FROM pg_locks WHERE relation = 'old'::regclass") == [(0,)]


def test_a_run_that_was_killed_goes_on(database, mapping, tmp_path, run_python):
    database.run(TABLE)
    fill(database, "old")
    mapping.save(tmp_path / "map")
    code = """
import os
from langalign.migration import MigrationMap, convert, mapped_parts, open_store

def die(stage, done, total):
    if (stage, done) == (sys.argv[4], int(sys.argv[5])):
        os._exit(0)

mapped_parts.ROWS = 15
source, target = map(open_store, sys.argv[1:3])
mapping = MigrationMap.load(sys.argv[3] + "/map")
convert(source, target, mapping, work=sys.argv[3] + "/work", progress=die)
print("whole")
"""
    places = database.place("old"), database.place("new")
    for stage, done in [("Mapping vectors", 15), ("Writing the new index", 30)]:
        assert run_python(code, *places, tmp_path, stage, done) == ""
        assert not open_store(places[1]).exists()
    first = (tmp_path / "work" / "00000000.npy").stat().st_mtime_ns
    assert first < (tmp_path / "work" / "00000001.npy").stat().st_mtime_ns
    assert run_python(code, *places, tmp_path, "never", 0).split() == ["whole"]
    found = vectors(database, "new")
    assert_mapped(found)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE old SET embedding = '[1,2,3,4,5,6]' WHERE id = 5",
        "DELETE FROM old WHERE id = 5",
        "INSERT INTO old VALUES (-5, NULL)",
        # The same number of rows, of vectors, and the same sum of keys.
        "UPDATE old SET id = -id WHERE id = 5; UPDATE old SET id = 10 + id WHERE id = 39",
        "DELETE FROM old WHERE id = 5; INSERT INTO old VALUES (5, '[1,2,3,4,5,6]')",
    ],
)
def test_a_table_that_changes_between_two_runs_is_noticed(
    database, mapping, tmp_path, change, monkeypatch
):
    database.run(TABLE)
    fill(database, "old")
    before = open_store(database.place("old")).identity()
    assert open_store(database.place("old")).identity() == before
    monkeypatch.setattr(mapped_parts, "ROWS", 15)

    def change_it(stage, done, total):
        if (stage, done) == ("Mapping vectors", 30):
            database.run(change)

    with pytest.raises(DataError, match="changed while it was migrated"):
        migrate(database, tmp_path, mapping, progress=change_it)
    assert tables(database) == ["old"]
    assert open_store(database.place("old")).identity() != before


def shown_of(error):
    """Return all that is shown of an error where nobody catches it."""
    return "".join(traceback.format_exception(error))


def test_a_password_opens_and_is_shown_nowhere(database, mapping, tmp_path, monkeypatch):
    database.run(TABLE)
    fill(database, "old")
    database.run("GRANT SELECT ON old TO keyed")
    database.run("GRANT CREATE ON SCHEMA public TO keyed")
    password = quote(PASSWORD, safe="")
    given = [
        database.place("old", user=f"keyed:{password}"),
        database.place("old", user="keyed") + f"&password={password}",
    ]
    for place in given:
        store = open_store(place)
        assert store.n_rows == ROWS
        assert str(store) == database.place("old", user="keyed")
        shown = f"{store} {vars(store)} {store.identity()} {store.name_beside} {store.place}"
        assert "geheim" not in shown
    with pytest.raises(DataError, match="no password supplied"):
        _ = open_store(database.place("old", user="keyed")).n_rows
    with pytest.raises(DataError, match="password authentication failed") as caught:
        _ = open_store(given[0].replace(password, password * 2)).n_rows
    assert "geheim" not in shown_of(caught.value)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    source, target = (open_store(database.place(name, user="keyed")) for name in ("old", "new"))

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert(open_store(given[0]), target, mapping, work=tmp_path / "work", progress=stop)
    assert "geheim" not in (tmp_path / "work" / mapped_parts.JOB).read_text()
    # The same job, though the password is now given in another way.
    assert convert(source, target, mapping, work=tmp_path / "work") == ROWS


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("postgresql://u:geheim@h/db", "has 1 parts between slashes, not 2: DB and TABLE"),
        ("postgresql://u:geheim@h/db/a/b", "has 3 parts"),
        ("postgresql://u:geheim@h/db/", "names no table"),
        ("postgresql://u:ge@heim@h/db/t", "written %40"),
        ("postgresql://u:geheim/a@h/t", "written %40"),
        ("postgresql://u:geheim?a@h/db/t", "written %40"),
        ("postgresql+psycopg://u:geheim@h/db/t", "must begin with postgresql://"),
        ("postgresql://u:geheim@h/db/t?nothing=known", "libpq does not understand"),
        ("postgresql://u:geheim%zz@h/db/t", "libpq does not understand"),
        ("postgresql://u:geheim@127.0.0.1:1/db/t", "no way into a PostgreSQL there .*refused"),
        ("postgres://u:geheim@/db/t?host=/nowhere", "no way into a PostgreSQL there .*nowhere"),
    ],
)
def test_a_bad_address_is_reported_without_its_password(place, message):
    pytest.importorskip("psycopg")
    with pytest.raises(DataError, match=message) as caught:
        open_store(place).exists()
    assert "geheim" not in shown_of(caught.value)


def test_an_address_that_ends_like_a_file_is_one():
    for table in ("public.index", "a.npy", "a.parquet"):
        assert type(open_store(f"postgresql://h/db/{table}")).__name__ == "PgvectorStore"
    assert (
        open_store("postgresql://u:p@h/db/shop.items:v?sslmode=require").name_beside == "shop.items"
    )


def test_packages_that_are_missing_are_named(run_python):
    code = """
from langalign.migration import open_store
open_store("postgresql://h/db/t").exists()
"""
    with pytest.raises(AssertionError, match=r"pip install 'langalign\[index\]'"):
        run_python(code, hidden=("psycopg",))


def test_what_the_page_says_to_do_afterwards_works(database, mapping, tmp_path):
    import psycopg

    page = (Path(__file__).parents[2] / "docs" / "how-to" / "migrate.md").read_text("utf-8")
    swap, column, copy = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)

    def follow(block):
        with psycopg.connect(database.address, autocommit=True) as connection:
            for statement in re.sub("--.*", "", block).split(";")[:-1]:
                connection.execute(statement.replace("vector(384)", f"vector({NEW})"))

    database.run("CREATE TABLE items (id serial PRIMARY KEY, embedding vector(6))")
    fill(database, "items")
    follow(copy)
    migrate(database, tmp_path, mapping, old="items_copy", new="items_new")
    follow(column)
    assert_mapped(vectors(database, "items"))
    database.run("ALTER TABLE items DROP COLUMN embedding")
    database.run("ALTER TABLE items RENAME COLUMN embedding_old TO embedding")
    database.run("DROP TABLE items_new")
    migrate(database, tmp_path, mapping, old="items", new="items_new")
    follow(swap)
    database.run("DROP TABLE items_old")
    assert_mapped(vectors(database, "items"))
    database.run("SELECT setval('items_id_seq', 1000)")
    assert database.run("INSERT INTO items (embedding) VALUES (NULL) RETURNING id") == [(1001,)]
