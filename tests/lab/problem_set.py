"""A made-up set of problems, as large as wanted: words fall off as those of a language do, titles are made of them."""

import io
import itertools
import random

from .statement import statement

KNOWN = ("graph tree path number array string sum shortest game grid query point flow matching color cycle edge node weight "
         "interval prime divisor palindrome permutation subset robot castle river market train island bridge king queen coin "
         "card stone water light clock").split()
TAGS = ("dp,graphs,trees,greedy,math,geometry,strings,data structures,number theory,brute force,binary search,flows,games,"
        "sorting,two pointers,hashing,bitmasks,shortest paths,simulation,constructive,combinatorics,probability,matrices,"
        "interactive,ad hoc,implementation,dfs and bfs,union find,segment tree,convex hull").split(",")
CATEGORIES = ["ICPC", "Beginner", "Training", "Olympiad", None]


def vocabulary(chance, n=6000):
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words = list(KNOWN)
    while len(words) < n:
        words.append("".join(chance.choices(syllables, k=chance.choice([2, 3, 3, 4]))))
    return words


def copy(cursor, table, columns, rows):
    def cell(v):
        return "\\N" if v is None else str(v).replace("\\", "\\\\").replace("\t", " ")
    text = io.StringIO("".join("\t".join(map(cell, row)) + "\n" for row in rows))
    cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", text)


def fill(cursor, n, seed=7):
    """n problems in an empty database, one in twenty of them hidden; returns the words that their texts are made of."""
    chance = random.Random(seed)
    words = vocabulary(chance)
    weights = list(itertools.accumulate(1 / (i + 8) for i in range(len(words))))
    cursor.execute("INSERT INTO app_user (email, name, roles) VALUES ('maker@example.org', 'Maker', 5) RETURNING id")
    owner = cursor.fetchone()[0]
    copy(cursor, "tag", "name", [[t] for t in TAGS])
    cursor.execute("ALTER TABLE problem DISABLE TRIGGER ALL; ALTER TABLE problem_version DISABLE TRIGGER ALL; "
                   "ALTER TABLE problem_text DISABLE TRIGGER ALL; ALTER TABLE problem_tag DISABLE TRIGGER ALL")
    for start in range(1, n + 1, 20000):
        ids = range(start, min(start + 20000, n + 1))
        titles = {i: " ".join(chance.choices(words, cum_weights=weights, k=chance.choice([1, 2, 2, 3]))).title() for i in ids}
        tried = {i: int(1000 * chance.random() ** 4) for i in ids}
        copy(cursor, "problem", "id, slug, owner_id, sealed_key, version_id, visibility, difficulty, category, n_tried, n_solved",
             [[i, f"p{i}", owner, "\\x00", i, 0 if chance.random() < 0.05 else 2, chance.randint(1, 10), chance.choice(CATEGORIES),
               tried[i], int(tried[i] * chance.random())] for i in ids])
        copy(cursor, "problem_version", "id, problem_id, number, format, data_hash, name, time_ms",
             [[i, i, 1, "podium", "\\x" + f"{i:064x}", titles[i], 1000] for i in ids])
        copy(cursor, "problem_text", "version_id, lang, ordinal, title, html, plain",
             [[i, "en", 0, titles[i], "", " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(60, 260)))] for i in ids])
        copy(cursor, "problem_tag", "problem_id, tag_id",
             [[i, t] for i in ids for t in {1 + int(len(TAGS) * chance.random() ** 2) for _ in range(3)}])
    cursor.execute("ALTER TABLE problem ENABLE TRIGGER ALL; ALTER TABLE problem_version ENABLE TRIGGER ALL; "
                   "ALTER TABLE problem_text ENABLE TRIGGER ALL; ALTER TABLE problem_tag ENABLE TRIGGER ALL; "
                   "SELECT setval(pg_get_serial_sequence('problem', 'id'), max(id)) FROM problem")
    cursor.execute("SELECT setval(pg_get_serial_sequence('problem_version', 'id'), max(id)) FROM problem_version")
    index(cursor)
    return words


def index(cursor):
    """By the product's own statement, but all at once: the indexes are made and not filled row by row."""
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'problem' AND indexdef LIKE '%gin%'")
    indexes = cursor.fetchall()
    cursor.execute("DROP INDEX " + ", ".join(name for name, _ in indexes))
    cursor.execute("ALTER TABLE problem DISABLE TRIGGER USER")
    cursor.execute(statement("problem_edit", "problem_index")[0].replace("p.id = $1 AND", ""))
    cursor.execute("ALTER TABLE problem ENABLE TRIGGER USER")
    for _, definition in indexes:
        cursor.execute(definition)
    cursor.execute("SELECT problem_facet_recount()")
