-- Verifications that can be asked for again at any time, and what contests may be offered.

ALTER TABLE problem_version
	ADD verify_try int NOT NULL DEFAULT 0,          -- counts them: what an earlier one still finds out changes nothing
	ADD verify_said text NOT NULL DEFAULT '',       -- why the last one came to no end
	-- Contests may take this version: it is sound, or a jury member lets it pass and says why.
	ADD may_be_offered boolean NOT NULL GENERATED ALWAYS AS (state = 2 OR signed_why IS NOT NULL) STORED;

-- What is neither is not set aside for contests, whoever asks. A version that comes later is looked at when one takes it.
CREATE FUNCTION problem_offer_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM problem_version WHERE id = NEW.version_id AND may_be_offered) THEN
		RAISE EXCEPTION 'problem % is neither sound nor signed off', NEW.id USING ERRCODE = 'check_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER problem_offer BEFORE UPDATE OF visibility ON problem
	FOR EACH ROW WHEN (NEW.visibility = 1 AND OLD.visibility <> 1) EXECUTE FUNCTION problem_offer_check();
