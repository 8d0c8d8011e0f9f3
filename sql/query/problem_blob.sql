-- Keys, bytes and files of problems.

-- name: problem_key :one :read
-- args: problem_id int8
-- cols: sealed_key bytea
SELECT sealed_key FROM problem WHERE id = $1

-- name: problem_blob_known :many
-- args: problem_id int8, macs bytea[]
-- cols: ordinal int8, id int8
SELECT w.ordinal, b.id
  FROM unnest($2) WITH ORDINALITY w (mac, ordinal)
  JOIN problem_blob b ON b.problem_id = $1 AND b.mac = w.mac

-- Small blobs, each of one piece.
-- name: problem_blob_add :many
-- args: problem_id int8, macs bytea[], sizes int8[], sealed bytea[]
-- cols: ordinal int8, id int8
WITH w AS (SELECT * FROM unnest($2, $3, $4) WITH ORDINALITY w (mac, size, sealed, ordinal)),
     b AS (INSERT INTO problem_blob (problem_id, mac, size) SELECT $1, mac, size FROM w RETURNING id, mac),
     p AS (INSERT INTO problem_piece (blob_id, ordinal, sealed)
           SELECT b.id, 0, w.sealed FROM b JOIN w USING (mac) WHERE w.size > 0)
SELECT w.ordinal, b.id FROM b JOIN w USING (mac)

-- name: problem_piece_add :exec
-- args: blob_id int8, ordinal int4, sealed bytea
INSERT INTO problem_piece (blob_id, ordinal, sealed) VALUES ($1, $2, $3)

-- name: problem_blob_get :one :read
-- args: blob_id int8
-- cols: mac bytea, size int8
SELECT mac, size FROM problem_blob WHERE id = $1

-- name: problem_piece_get :one :read
-- args: blob_id int8, ordinal int4
-- cols: sealed bytea
SELECT sealed FROM problem_piece WHERE blob_id = $1 AND ordinal = $2

-- name: problem_blob_sizes :many :read
-- args: ids int8[]
-- cols: ordinal int8, size int8
SELECT w.ordinal, b.size FROM unnest($1) WITH ORDINALITY w (id, ordinal) JOIN problem_blob b ON b.id = w.id

-- The first pieces of blobs that have one piece at most.
-- name: problem_blob_open :many :read
-- args: ids int8[]
-- cols: ordinal int8, mac bytea, size int8, sealed bytea
SELECT w.ordinal, b.mac, b.size, p.sealed
  FROM unnest($1) WITH ORDINALITY w (id, ordinal)
  JOIN problem_blob b ON b.id = w.id
  LEFT JOIN problem_piece p ON p.blob_id = b.id AND p.ordinal = 0

-- name: problem_file_list :many :read
-- args: version_id int8, role int2, prefix text
-- cols: path text, blob_id int8, size int8
SELECT f.path, f.blob_id, b.size
  FROM problem_file f JOIN problem_blob b ON b.id = f.blob_id
 WHERE f.version_id = $1 AND f.role = $2 AND ($3 IS NULL OR starts_with(f.path, $3))
 ORDER BY f.path COLLATE "C"

-- name: problem_file_get :one :read
-- args: version_id int8, role int2, path text
-- cols: blob_id int8, size int8
SELECT f.blob_id, b.size
  FROM problem_file f JOIN problem_blob b ON b.id = f.blob_id
 WHERE f.version_id = $1 AND f.role = $2 AND f.path = $3
