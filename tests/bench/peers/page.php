<?php
/* The same page by PHP: one prepared query over a persistent connection; of each row two forms of a time and two
 * escaped texts, between fixed pieces that opcache keeps. */
const BEGIN_S = 1767225600;
date_default_timezone_set('UTC');
$db = pg_pconnect(getenv('CONNINFO'));
[$head, $after_iso, $after_at, $after_from, $after_to, $end] = require __DIR__ . '/pieces.php';
$room = [(int)$_SERVER['QUERY_STRING']];
$rows = @pg_execute($db, 'list', $room);
if ($rows === false) {
	pg_prepare($db, 'list', getenv('SQL'));
	$rows = pg_execute($db, 'list', $room);
}
ob_start();
$before = $head;
while ($row = pg_fetch_assoc($rows)) {
	$at = BEGIN_S + 3600 * (int)$row['team'];
	echo $before, date('Y-m-d\TH:i:s\Z', $at), $after_iso, date('D j M Y, H:i', $at), $after_at,
		htmlspecialchars($row['name'], ENT_QUOTES), $after_from,
		htmlspecialchars($row['name'], ENT_QUOTES);
	$before = $after_to;
}
echo $end;
header('Content-Type: text/html; charset=utf-8');
ob_end_flush();
