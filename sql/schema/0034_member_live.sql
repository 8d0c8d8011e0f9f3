-- Open pages learn how far the sync of all is, and that what is known of a member was asked for again.

CREATE FUNCTION member_sweep_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO event (scope, kind, payload) VALUES ('tracker', 'member.sweep', json_build_object('sweepId', NEW.id, 'state',
		CASE WHEN NEW.stopped_at IS NOT NULL THEN 'stopped' WHEN NEW.ended_at IS NOT NULL THEN 'done' ELSE 'running' END,
		'members', NEW.n, 'done', NEW.n_done, 'failed', NEW.n_failed));
	RETURN NULL;
END
$$;
CREATE TRIGGER member_sweep_told AFTER INSERT OR UPDATE ON member_sweep FOR EACH ROW EXECUTE FUNCTION member_sweep_told();

CREATE FUNCTION member_tried() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO event (scope, kind, payload) VALUES ('member:' || NEW.id, 'member.synced', json_build_object('memberId', NEW.id,
		'state', CASE WHEN NEW.trouble = '' THEN 'success' ELSE 'failed' END));
	RETURN NULL;
END
$$;
CREATE TRIGGER member_tried AFTER UPDATE OF tried_at ON member FOR EACH ROW EXECUTE FUNCTION member_tried();
