-- The team that won a room, by its number: a name would outlive the account that it was of.

ALTER TABLE room ADD winner_team smallint CHECK (winner_team BETWEEN 1 AND 64); -- NULL: nobody, or not settled

UPDATE room r SET winner_team = (
	SELECT min(t.team) FROM room_team t
	  LEFT JOIN room_player p ON p.room_id = t.room_id AND p.team = t.team LEFT JOIN app_user u ON u.id = p.user_id
	 WHERE t.room_id = r.id AND r.winner = CASE WHEN t.name = '' THEN u.name ELSE t.name END)
 WHERE winner <> '';

ALTER TABLE room DROP winner;
