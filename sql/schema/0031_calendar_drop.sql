-- When the service was asked to delete a calendar of Podium's own, as long as nobody knows whether it did; NULL: never.
ALTER TABLE calendar_link ADD COLUMN dropped_at timestamptz;
