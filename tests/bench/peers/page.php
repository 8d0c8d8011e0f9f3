<?php
/* The same page by PHP: one prepared query over a persistent connection, the rows' texts escaped between fixed
 * pieces that opcache keeps. */
$db = pg_pconnect(getenv('CONNINFO'));
$pieces = require __DIR__ . '/pieces.php';
$sql = "SELECT h.kind, h.at, h.from_start_at, h.to_start_at, h.from_title, h.to_title FROM contest_change h
JOIN external_contest c ON c.id = h.contest_id
WHERE c.platform = $1 AND c.native_id = $2 AND h.kind = 'renamed' ORDER BY h.at DESC, h.id DESC";
$rows = @pg_execute($db, 'history', ['codeforces', '2261']);
if ($rows === false) {
	pg_prepare($db, 'history', $sql);
	$rows = pg_execute($db, 'history', ['codeforces', '2261']);
}
ob_start();
$i = 0;
while ($row = pg_fetch_assoc($rows)) {
	echo $pieces[$i++], htmlspecialchars($row['from_title'], ENT_QUOTES);
	echo $pieces[$i++], htmlspecialchars($row['to_title'], ENT_QUOTES);
}
echo $pieces[$i];
header('Content-Type: text/html; charset=utf-8');
ob_end_flush();
