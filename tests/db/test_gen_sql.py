"""The compiler of sql/query: what it accepts, what it writes, and where it says that something is wrong."""

import os
import subprocess

import pytest
from lab.process import TOP

GEN = TOP / "build/host/gen_sql"

GOOD = """-- The contests of other platforms.

-- name: contest_by_id :one :replica
-- args: id int8
-- cols: id int8,
-- cols: slug text, starts_at timestamptz
/* a comment /* in a comment */ before it */
SELECT id, slug, starts_at -- why not $9;
  FROM contest
 WHERE id = $1 AND note <> '$7;' AND "odd;$8" <> $a$;$9 ??" \\ $a$ AND slug <> $$it's$$;

-- About the next one.
-- name: contest_drop :exec :long :pinned
DELETE FROM contest
-- name: contest_rename :exec :neutral
-- args: id int8, slugs text[]
UPDATE contest SET slug = $2[1] WHERE id = $1 OR $1 IS NULL
"""


def compile_sql(folder, *texts, schema=()):
    out = folder / "out"
    out.mkdir(exist_ok=True)
    files = []
    for i, text in enumerate(texts):
        files.append(folder / f"q{i}.sql")
        files[-1].write_text(text)
    for name, text in schema:
        (folder / name).write_text(text)
    return subprocess.run([str(GEN), str(out), *map(str, files), "--", *(str(folder / n) for n, _ in schema)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=20), out


def test_what_it_writes(tmp_path):
    done, out = compile_sql(tmp_path, GOOD)
    assert done.returncode == 0, done.stderr
    header = (out / "stmt.h").read_text()
    for line in ("q_contest_by_id,", "q_contest_drop,", "N_STMTS", "contest_by_id_starts_at, // timestamptz"):
        assert line in header
    table = (out / "stmt.c").read_text()
    assert "1, 3, STMT_ONE, 0 | STMT_REPLICA }" in table
    assert "0, 0, STMT_EXEC, 0 | STMT_PINNED | STMT_LONG }" in table
    assert "2, 0, STMT_EXEC, 0 | STMT_NEUTRAL }" in table
    assert "About the next one" not in table and "DELETE FROM contest\"" in table


def test_it_compiles_and_means_what_was_written(tmp_path):
    """The strings of the generated C, read back by a program, are the statements."""
    done, out = compile_sql(tmp_path, GOOD, schema=[
        ("0001_a.sql", "SELECT '\"\\n\t??=\xe4';\n" + "-- padding\n" * 1000), ("role.sql", "GRANT x;\n")])
    assert done.returncode == 0, done.stderr
    (tmp_path / "gen").symlink_to(out)
    (tmp_path / "show.c").write_text("""
        #include <stdio.h>
        #include "db/stmt.h"
        int main(void) {
            for (int i = 0; i < N_STMTS; i++)
                printf("%s|%zu|%s\\n", stmt_table[i].name, stmt_table[i].n_args, stmt_table[i].text);
            printf("%u %u\\n", stmt_table[0].args[0].type, stmt_table[2].args[1].type);
            printf("%s|%zu|%s|%s", schema_files[0].name, n_schema_files, schema_files[0].text, schema_roles);
            return stmt_table[N_STMTS].name != NULL;
        }""")
    subprocess.run(["gcc", "-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{tmp_path}", f"-I{TOP}/lib",
                    tmp_path / "show.c", out / "stmt.c", out / "schema.c", "-o", tmp_path / "show"], check=True)
    shown = subprocess.run([tmp_path / "show"], stdout=subprocess.PIPE, check=True).stdout.decode()
    text = GOOD[GOOD.index("SELECT"):GOOD.index(";\n\n-- About")]
    assert f"contest_by_id|1|{text}\n" in shown
    assert "contest_drop|0|DELETE FROM contest\n" in shown
    assert "20 1009\n" in shown
    assert shown.endswith("0001_a.sql|1|" + (tmp_path / "0001_a.sql").read_text() + "|GRANT x;\n")


def test_without_any_file(tmp_path):
    done, out = compile_sql(tmp_path)
    assert done.returncode == 0
    assert "N_STMTS" in (out / "stmt.h").read_text()
    assert "n_schema_files = 0" in (out / "schema.c").read_text()


def test_unchanged_files_keep_their_time(tmp_path):
    _, out = compile_sql(tmp_path, GOOD)
    for name in ("stmt.h", "stmt.c", "schema.c"):
        os.utime(out / name, (1, 1))
    compile_sql(tmp_path, GOOD.replace("note <>", "remark <>"))
    assert (out / "stmt.h").stat().st_mtime == 1  # nobody who includes it is compiled again
    assert (out / "schema.c").stat().st_mtime == 1
    assert (out / "stmt.c").stat().st_mtime > 1


BAD = [
    ("SELECT 1", 1, "text before the first"),
    ("-- name: A :one", 1, "lower case"),
    ("-- name: " + "a" * 61 + " :one", 1, "lower case"),
    ("-- name: a", 1, "one of :one, :many and :exec is missing"),
    ("-- name: a :one :many", 1, "only one of"),
    ("-- name: a :one :fast", 1, "unknown word :fast"),
    ("-- name: a one", 1, "begin with a colon"),
    ("-- name: a :one\nSELECT 1", 1, "declares no columns"),
    ("-- name: a :exec\n-- cols: x int8\nSELECT 1", 1, "has no columns"),
    ("-- name: a :exec", 1, "has no text"),
    ("-- name: a :exec\n;", 1, "has no text"),
    ("-- name: a :exec\n-- only a comment", 1, "has no text"),
    ("\n\n-- name: a :exec\nDELETE FROM x; DELETE FROM y", 3, "text after the semicolon"),
    ("-- name: a :exec\nDELETE FROM x WHERE id = $1", 1, "$1 is not declared"),
    ("-- name: a :exec\n-- args: id int8\nDELETE FROM x WHERE id = $2", 1, "$2 is not declared"),
    ("-- name: a :exec\n-- args: id int8\nDELETE FROM x WHERE id = $0", 1, "$0 is not declared"),
    ("-- name: a :exec\n-- args: id int8, b text\nDELETE FROM x WHERE id = $1 AND '$2' <> ''", 1, "argument 2, b, is not used"),
    ("-- name: a :exec\n-- args: id bigint\nDELETE FROM x WHERE id = $1", 2, "type bigint is not in the table"),
    ("-- name: a :exec\n-- args: id\nDELETE FROM x WHERE id = $1", 2, "the type of id is missing"),
    ("-- name: a :exec\n-- args: id int8 int8\nDELETE FROM x WHERE id = $1", 2, "comma expected"),
    ("-- name: a :exec\n-- args: id int8,, b text\nDELETE", 2, "expected a list"),
    ("-- name: a :exec\n-- args: id int8, id int8\nDELETE", 2, "id stands twice"),
    ("-- name: a :exec\nDELETE\n-- args: id int8", 3, "between a name and its statement"),
    ("-- args: id int8", 1, "between a name and its statement"),
    ("-- name: a :exec\nDELETE\n-- name: a :exec\nDELETE", 3, "a stands also in"),
    ("-- name: a_b :one\n-- cols: c int8\nSELECT 1 AS c\n-- name: a :one\n-- cols: b_c int8\nSELECT 1 AS b_c", 4,
     "a_b_c is also a column of another statement"),
]


@pytest.mark.parametrize("text,line,message", BAD, ids=[b[2] for b in BAD])
def test_errors_name_file_and_line(tmp_path, text, line, message):
    done, out = compile_sql(tmp_path, text + "\n")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{tmp_path}/q0.sql:{line}: ") and message in done.stderr, done.stderr
    assert not list(out.iterdir())  # nothing half-made is left


def test_names_are_unique_over_all_files(tmp_path):
    one = "-- name: a :exec\nDELETE FROM x\n"
    done, _ = compile_sql(tmp_path, one, one)
    assert done.returncode == 1 and "q1.sql:1: a stands also in" in done.stderr and "q0.sql:1" in done.stderr


@pytest.mark.parametrize("names,message", [
    (["1_a.sql"], "0001_name.sql"), (["0001_a.txt"], "0001_name.sql"),
    (["0001_a.sql", "0001_b.sql"], "number not above that of 0001_a.sql"),
    (["0002_a.sql", "0001_b.sql"], "number not above that of 0002_a.sql")])
def test_migrations_are_numbered(tmp_path, names, message):
    done, _ = compile_sql(tmp_path, schema=[(n, "SELECT 1;\n") for n in names])
    assert done.returncode == 1 and message in done.stderr


def test_files_that_cannot_be_read(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    done = subprocess.run([GEN, out, tmp_path / "none.sql", "--"], stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "none.sql" in done.stderr
    (tmp_path / "nul.sql").write_bytes(b"-- name: a :exec\nDELETE \0\n")
    done = subprocess.run([GEN, out, tmp_path / "nul.sql", "--"], stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "NUL" in done.stderr
    assert subprocess.run([GEN], stderr=subprocess.DEVNULL).returncode == 2
