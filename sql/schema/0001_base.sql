-- The tables stand in schema public. Before PostgreSQL 15 everybody could create objects there.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
