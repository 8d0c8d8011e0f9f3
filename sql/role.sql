-- Roles and what they may do. Run after every migration, by the owner of the tables, in one
-- transaction, and skipped where the server does not let the owner create roles (shared hosting):
-- then web and jobs connect as the owner. Everything here can be repeated.
--
--   podium_web  the web processes: read and write rows, no DDL, no payloads of jobs
--   podium_job  the job runners: read and write rows, no DDL
--
-- They are made without a password: give them one (ALTER ROLE ... PASSWORD), or let pg_hba.conf
-- admit them by peer or certificate.

DO $$
DECLARE
	role text;
BEGIN
	FOREACH role IN ARRAY ARRAY['podium_web', 'podium_job'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
			BEGIN
				EXECUTE format('CREATE ROLE %I LOGIN', role);
			EXCEPTION WHEN duplicate_object OR unique_violation THEN
				NULL; -- made at this moment for another database of the server
			END;
		END IF;
	END LOOP;
END $$;

-- A connection sets these for itself (base/limits.h), except behind a pooler that shares sessions.
DO $$
DECLARE
	role text;
	setting text;
BEGIN
	FOREACH role IN ARRAY ARRAY['podium_web', 'podium_job'] LOOP
		FOREACH setting IN ARRAY ARRAY['statement_timeout = ''8s''', 'lock_timeout = ''4s''',
			'idle_in_transaction_session_timeout = ''20s'''] LOOP
			EXECUTE format('ALTER ROLE %I IN DATABASE %I SET %s', role, current_database(), setting);
		END LOOP;
	END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
	NULL; -- the roles are somebody else's
END $$;

GRANT USAGE ON SCHEMA public TO podium_web, podium_job;

-- migration
GRANT SELECT ON migration TO podium_web, podium_job;

-- source, external_contest, contest_change
GRANT SELECT ON source, external_contest, contest_change TO podium_web, podium_job;
GRANT UPDATE ON source TO podium_job;
GRANT INSERT, UPDATE ON external_contest TO podium_job;
GRANT INSERT ON contest_change TO podium_job;

-- job
GRANT SELECT, INSERT, UPDATE, DELETE ON job, job_later, job_dead, job_unique, job_slot, job_runner, job_cron, job_done
	TO podium_job;
GRANT SELECT, INSERT, UPDATE ON job_queue TO podium_job;
REVOKE DELETE ON job_queue FROM podium_job; -- jobs name their queue by its number
GRANT USAGE ON SEQUENCE job_id TO podium_web, podium_job;
GRANT INSERT ON job, job_later, job_unique, job_queue TO podium_web;
GRANT SELECT (id, created_at, ready_at, claimed_at, runner, worker, queue, priority, attempt, kind, unique_key)
	ON job TO podium_web;
GRANT SELECT (id, created_at, run_at, queue, priority, attempt, kind, unique_key, last_error) ON job_later TO podium_web;
GRANT SELECT (id, created_at, died_at, queue, priority, attempt, kind, unique_key, last_error) ON job_dead TO podium_web;
GRANT SELECT ON job_queue, job_unique, job_runner, job_slot, job_cron, job_done TO podium_web;
GRANT UPDATE (weight, max_running, paused_until, pause_reason, breaker_until, breaker_trips, window_start, window_ok,
	window_failed) ON job_queue TO podium_web;

-- accounts
GRANT SELECT, INSERT, UPDATE, DELETE ON app_user, session TO podium_web;
GRANT SELECT ON app_user TO podium_job;
GRANT SELECT, INSERT, UPDATE, DELETE ON email_token TO podium_web;
GRANT SELECT, INSERT, DELETE ON email_token TO podium_job;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_stranger TO podium_web;
GRANT SELECT, DELETE ON sign_in_stranger TO podium_job;
GRANT SELECT, INSERT, UPDATE, DELETE ON totp, recovery_code, sign_in_step TO podium_web;

GRANT SELECT, INSERT, UPDATE, DELETE ON registration TO podium_web;
REVOKE EXECUTE ON FUNCTION account_letters_drop(bigint, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_letters_drop(bigint, text[]) TO podium_web;
REVOKE EXECUTE ON FUNCTION account_drop_unconfirmed(int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_drop_unconfirmed(int, int) TO podium_job;

-- accounts elsewhere
GRANT SELECT, INSERT, UPDATE, DELETE ON identity, oauth_state TO podium_web;
GRANT SELECT, DELETE ON identity TO podium_job;

-- outbox
GRANT SELECT, INSERT, UPDATE ON mail TO podium_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON mail TO podium_job;

-- tokens of programs
GRANT SELECT, INSERT ON signing_key TO podium_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_family, refresh_token, api_token TO podium_web;

-- cache, limits, buckets
GRANT SELECT, INSERT, UPDATE, DELETE ON cache, cache_lock, rate_window, bucket TO podium_web, podium_job;

-- audit: rows come in through audit_new and nowhere else
GRANT INSERT ON audit_new TO podium_web, podium_job;
GRANT SELECT ON audit, audit_head, audit_check TO podium_web, podium_job;
GRANT INSERT, DELETE ON audit_check TO podium_job;

-- alerts, and an operator's hand on jobs
GRANT SELECT, INSERT, UPDATE, DELETE ON alert TO podium_job;
GRANT SELECT, INSERT, UPDATE ON alert TO podium_web;
GRANT SELECT, UPDATE ON alert_seen TO podium_job;
REVOKE EXECUTE ON FUNCTION job_revive(bigint), job_drop(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION job_revive(bigint), job_drop(bigint) TO podium_web, podium_job;
-- members' calendars
GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_link, sync_state, sync_run, sync_item, synced_event TO podium_job;
GRANT SELECT, INSERT, UPDATE ON calendar_link, sync_state TO podium_web;
GRANT SELECT, DELETE ON synced_event TO podium_web;
GRANT SELECT ON sync_run, sync_item TO podium_web;
GRANT UPDATE (run_at) ON job_later TO podium_web;
-- problems
GRANT SELECT, INSERT, UPDATE, DELETE ON problem, problem_version, problem_blob, problem_piece, problem_text, problem_file, test_group, testcase,
	tag, problem_tag, problem_progress, jury_solution, problem_import, problem_import_piece TO podium_web, podium_job;
GRANT SELECT, INSERT, UPDATE ON problem_facet TO podium_web, podium_job;
GRANT USAGE ON SEQUENCE problem_id_seq TO podium_web, podium_job; -- a key is sealed for the number before the row is there

-- submissions
GRANT SELECT, INSERT, UPDATE ON submission, rejudge, judging TO podium_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON submission, rejudge, judging, judging_run, judge_artifact, judge_language, judge_host TO podium_job;
GRANT DELETE ON judging TO podium_web; -- a rejudging that is dropped
GRANT SELECT ON judging_run, judge_language, judge_host TO podium_web;
GRANT SELECT, INSERT ON judge_trial TO podium_web;
GRANT SELECT, UPDATE, DELETE ON judge_trial TO podium_job;

-- events
GRANT SELECT, INSERT ON event TO podium_web;
GRANT SELECT ON SEQUENCE event_id_seq TO podium_web, podium_job;
GRANT SELECT, INSERT, DELETE ON event TO podium_job;

-- tracker
GRANT SELECT, INSERT, UPDATE, DELETE ON member_group, member_coach, member, member_sweep TO podium_web;
GRANT SELECT, UPDATE ON member TO podium_job;
GRANT SELECT, INSERT, UPDATE, DELETE ON rating_change, cf_submission, member_sweep TO podium_job;
GRANT SELECT ON rating_change, cf_submission, member_group TO podium_web;
GRANT DELETE ON rating_change, cf_submission TO podium_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON handle_claim, member_import TO podium_web;
GRANT SELECT, UPDATE, DELETE ON handle_claim TO podium_job;
GRANT INSERT, DELETE ON member TO podium_job;
GRANT SELECT ON cf_contest TO podium_web;
GRANT SELECT, INSERT, UPDATE ON cf_contest TO podium_job;
GRANT SELECT, UPDATE ON member_reminder TO podium_web;
GRANT SELECT, INSERT, UPDATE ON member_reminder TO podium_job;
GRANT EXECUTE ON FUNCTION member_figures(bigint, timestamptz) TO podium_web, podium_job;
GRANT SELECT, DELETE ON member_month TO podium_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON member_month TO podium_job;

-- rooms: a claim is made by a runner, and nobody takes one away
GRANT SELECT, INSERT, UPDATE ON room TO podium_web;
GRANT SELECT, INSERT, DELETE ON room_team TO podium_web;
GRANT SELECT, INSERT ON room_problem TO podium_web;
GRANT UPDATE (opens_at) ON room_problem TO podium_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON room_player TO podium_web;
GRANT SELECT ON room_claim, room_rating, room_rating_change, cf_problem TO podium_web;
GRANT DELETE ON room_rating TO podium_web;
GRANT SELECT, UPDATE ON room TO podium_job;
GRANT SELECT, INSERT ON room_problem, room_claim, room_rating_change TO podium_job;
GRANT UPDATE (holds) ON room_claim TO podium_job;
GRANT SELECT ON room_team, room_player TO podium_job;
GRANT UPDATE (unseen) ON room_player TO podium_job;
GRANT UPDATE (name, rating) ON room_problem TO podium_job;
GRANT SELECT, INSERT, UPDATE ON room_rating TO podium_job;
GRANT SELECT, INSERT, UPDATE ON cf_problem TO podium_job;
