-- A visit to Codeforces' consent page, by which an account proves that a handle is its own.
ALTER TABLE oauth_state DROP CONSTRAINT oauth_state_purpose_check;
ALTER TABLE oauth_state ADD CONSTRAINT oauth_state_purpose_check CHECK (purpose IN ('sign-in', 'link', 'calendar', 'handle'));
