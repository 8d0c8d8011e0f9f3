<?php
/* The same page by PHP: one prepared query over a persistent connection, the rows' texts escaped between fixed
 * pieces that opcache keeps. */
$db = pg_pconnect(getenv('CONNINFO'));
$pieces = require __DIR__ . '/pieces.php';
$sql = 'SELECT id, email, name, roles, disabled FROM app_user ORDER BY id';
$rows = @pg_execute($db, 'list', []);
if ($rows === false) {
	pg_prepare($db, 'list', $sql);
	$rows = pg_execute($db, 'list', []);
}
ob_start();
$i = 0;
while ($row = pg_fetch_assoc($rows)) {
	echo $pieces[$i++], htmlspecialchars($row['email'], ENT_QUOTES);
	echo $pieces[$i++], htmlspecialchars($row['name'], ENT_QUOTES);
}
echo $pieces[$i];
header('Content-Type: text/html; charset=utf-8');
ob_end_flush();
