-- Accounts whose address nobody has confirmed have an end, and no handle: one that is taken would tell whoever looks
-- for it that the address was free.

UPDATE app_user SET handle = NULL WHERE email_verified_at IS NULL AND deleted_at IS NULL;

CREATE INDEX app_user_unconfirmed ON app_user (created_at) WHERE email_verified_at IS NULL AND deleted_at IS NULL;

-- Those with which nobody has registered for so many days, and whose address has no link that is still good. What an
-- admin has locked stays. As a function, so that the workers can do it without a right to delete accounts.
CREATE FUNCTION account_drop_unconfirmed(keep_days int, most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	WITH over AS (
		SELECT u.id FROM app_user u
		 WHERE u.email_verified_at IS NULL AND u.deleted_at IS NULL AND NOT u.disabled AND u.password_hash IS NULL
		   AND u.created_at < now() - make_interval(days => keep_days)
		   AND NOT EXISTS (SELECT FROM registration r
			WHERE r.user_id = u.id AND r.created_at >= now() - make_interval(days => keep_days))
		   AND NOT EXISTS (SELECT FROM email_token t WHERE t.user_id = u.id AND t.expires_at > now())
		 ORDER BY u.created_at LIMIT most FOR UPDATE SKIP LOCKED),
	gone AS (DELETE FROM app_user u USING over WHERE u.id = over.id RETURNING u.id)
	SELECT count(*) FROM gone
$$;
