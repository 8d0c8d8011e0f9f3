-- A room that draws its problems waits for what Codeforces says of its players, but not for ever.
ALTER TABLE room_player ADD COLUMN unseen boolean NOT NULL DEFAULT false; -- what he had solved was not known at the draw
