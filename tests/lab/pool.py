"""Databases that are used again: making one costs hundreds of files, which takes longer than most tests."""

import contextlib
import io
import time

import psycopg2

MOST_GROWTH = 4 << 20  # bytes; one that has grown further is slow to look through

# What a test can change besides rows. Catalogs tell by the transaction that wrote a row; pg_class's rows are written by
# much that changes nothing.
CATALOGS = ("pg_attrdef", "pg_attribute", "pg_constraint", "pg_default_acl", "pg_index", "pg_namespace", "pg_policy",
            "pg_proc", "pg_rewrite", "pg_trigger", "pg_type")
SHAPE = """
SELECT md5(string_agg(x, E'\\n' ORDER BY x)) FROM (
SELECT format('%%s %%s %%s %%s %%s', oid, relname, relkind, relacl, reloptions) FROM pg_class
UNION ALL SELECT format('%%s %%s %%s %%s', datdba, datacl, datallowconn, datconnlimit) FROM pg_database
	WHERE datname = current_database()
UNION ALL SELECT setconfig::text FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
	WHERE datname = current_database()
UNION ALL SELECT gid FROM pg_prepared_xacts WHERE database = current_database()
""" + "".join(f"UNION ALL SELECT format('{c} %%s %%s', count(*), max(xmin::text::int8)) FROM {c}\n" for c in CATALOGS) + ") s (x)"

EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE t regclass; found bool; BEGIN
	FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
		EXECUTE format('SELECT EXISTS (SELECT FROM %s)', t) INTO found;
		IF found THEN EXECUTE format('DELETE FROM %s', t); END IF;
	END LOOP;
END $$
"""


class Pool:
    """Copies of one template on one server, which only this process uses."""

    def __init__(self, server):
        self.server, self.names, self.free, self.shape = server, set(), [], None

    def learn(self, name):
        """From the first copy, before anybody has had it: what all are brought back to."""
        with contextlib.closing(self.server.connect(name)) as connection, connection.cursor() as cursor:
            cursor.execute(SHAPE, ())
            self.shape, = cursor.fetchone()
            cursor.execute("SELECT pg_database_size(current_database())")
            self.size, = cursor.fetchone()
            cursor.execute("SELECT oid::regclass::text, relkind FROM pg_class WHERE relkind IN ('r', 'S')"
                           " AND relnamespace = 'public'::regnamespace")
            self.rows, sequences = {}, []
            for relation, kind in cursor.fetchall():
                if kind == "S":
                    cursor.execute(f"SELECT last_value, is_called FROM {relation}")
                    sequences.append("setval('%s', %d, %s)" % (relation, *cursor.fetchone()))
                else:
                    text = io.StringIO()
                    cursor.copy_expert(f"COPY {relation} TO STDOUT", text)
                    if text.getvalue():
                        self.rows[relation] = text.getvalue()
            self.sequences = "SELECT " + ", ".join(sequences)

    def take(self, make):
        if self.free:
            return self.free.pop()
        name = make()
        self.names.add(name)
        if self.shape is None:
            self.learn(name)
        return name

    def give_back(self, name):
        """False if it is none of them or not as it was: then it has to go."""
        if name not in self.names:
            return False
        try:
            return self.restore(name)
        except psycopg2.Error:
            return False

    def restore(self, name):
        with contextlib.closing(self.server.connect(name)) as connection, connection.cursor() as cursor:
            if not self.left_alone(cursor) or not self.is_like_new(cursor):
                return False
            cursor.execute(EMPTY)
            for relation, text in self.rows.items():
                cursor.copy_expert(f"COPY {relation} FROM STDIN", io.StringIO(text))
            cursor.execute(self.sequences)
        self.free.append(name)
        return True

    def left_alone(self, cursor):
        others = " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        end = time.monotonic() + 5
        cursor.execute("SELECT pg_terminate_backend(pid)" + others)
        while time.monotonic() < end:
            cursor.execute("SELECT pg_stat_clear_snapshot(), (SELECT count(*)" + others + ")")
            if cursor.fetchone()[1] == 0:
                return True
            time.sleep(0.005)
        return False

    def is_like_new(self, cursor):
        cursor.execute("SELECT pg_database_size(current_database())")
        if cursor.fetchone()[0] > self.size + MOST_GROWTH:
            return False
        cursor.execute(SHAPE, ())
        return cursor.fetchone()[0] == self.shape
