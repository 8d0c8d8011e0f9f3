-- What is known of the machines that judge, besides their languages, and where the judge failed.

CREATE TABLE judge_host (
	host text PRIMARY KEY CHECK (octet_length(host) BETWEEN 1 AND 255),
	box text NOT NULL DEFAULT '',                   -- version and tier of podium-box
	seen_at timestamptz NOT NULL DEFAULT now()      -- when a judge there introduced itself last
);

-- The newest judgings that ended with JE.
CREATE INDEX judging_failed ON judging (id) WHERE verdict = 8;
