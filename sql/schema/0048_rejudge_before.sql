-- What counted until a rejudging was applied: an applied set tells what it has changed.
ALTER TABLE judging ADD before_id bigint; -- the judging; NULL: this one was not applied
