-- What members see of their syncs.

-- name: sync_page_state :many :read
-- args: user_id int8
-- cols: status text, reason text, again_at timestamptz, ended_at timestamptz, pressed_at timestamptz, asked int8
-- cols: version int8
SELECT status, reason, again_at, ended_at, pressed_at, asked, version FROM sync_state WHERE user_id = $1;

-- name: sync_page_runs :many :read
-- args: user_id int8, row_limit int8
-- cols: id int8, began_at timestamptz, ended_at timestamptz, status text, reason text, added int4, changed int4
-- cols: removed int4, left_out int4
SELECT id, began_at, ended_at, status, reason, added, changed, removed, left_out
  FROM sync_run WHERE user_id = $1 ORDER BY id DESC LIMIT $2;

-- name: sync_page_items :many :read
-- args: user_id int8, row_limit int8, most int8
-- cols: run_id int8, sink text, what text, contest_key text, title text, start_at timestamptz
-- cols: from_start_at timestamptz, reason text
SELECT i.run_id, i.sink, i.what, i.contest_key, i.title, i.start_at, i.from_start_at, i.reason
  FROM (SELECT id FROM sync_run WHERE user_id = $1 ORDER BY id DESC LIMIT $2) r
  CROSS JOIN LATERAL (SELECT * FROM sync_item s WHERE s.run_id = r.id ORDER BY s.id LIMIT $3) i
 ORDER BY i.run_id DESC, i.id;
