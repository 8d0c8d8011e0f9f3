-- A session says itself for whom it stands, so that a page of a member who is signed in costs one indexed read more.
ALTER TABLE session
	ADD COLUMN email text,
	ADD COLUMN name text,
	ADD COLUMN roles smallint,
	ADD COLUMN platforms smallint,
	ADD COLUMN disabled boolean;
UPDATE session s SET email = u.email, name = u.name, roles = u.roles, platforms = u.platforms, disabled = u.disabled
  FROM app_user u WHERE u.id = s.user_id;
ALTER TABLE session
	ALTER COLUMN email SET NOT NULL,
	ALTER COLUMN name SET NOT NULL,
	ALTER COLUMN roles SET NOT NULL,
	ALTER COLUMN platforms SET NOT NULL,
	ALTER COLUMN disabled SET NOT NULL;

-- Whatever is written there, the account's own words win. Under a lock: an account that changes at the same time has
-- either changed before it is read here or finds this session below. Whoever writes both locks the account first.
CREATE FUNCTION session_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	SELECT email, name, roles, platforms, disabled
	  INTO NEW.email, NEW.name, NEW.roles, NEW.platforms, NEW.disabled
	  FROM app_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
	RETURN NEW;
END
$$;
CREATE TRIGGER session_account BEFORE INSERT OR UPDATE OF user_id, email, name, roles, platforms, disabled ON session
	FOR EACH ROW EXECUTE FUNCTION session_account();

-- Expired ones are left alone: nobody asks them, and any sign-in may be removing them.
CREATE FUNCTION session_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE session SET email = NEW.email WHERE user_id = NEW.id AND expires_at > now();
	RETURN NULL;
END
$$;
CREATE TRIGGER session_follow AFTER UPDATE OF email, name, roles, platforms, disabled ON app_user FOR EACH ROW
	WHEN ((OLD.email, OLD.name, OLD.roles, OLD.platforms, OLD.disabled) IS DISTINCT FROM
	      (NEW.email, NEW.name, NEW.roles, NEW.platforms, NEW.disabled))
	EXECUTE FUNCTION session_follow();
