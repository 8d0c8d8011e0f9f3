// The same page by Node: one prepared query through pg's pool, the rows' texts escaped between fixed pieces.
const http = require('node:http');
const fs = require('node:fs');
const { Pool } = require('pg');

const pieces = JSON.parse(fs.readFileSync(`${__dirname}/pieces.json`, 'utf8'));
const pool = new Pool({ max: 10 });
const query = {
	name: 'list',
	text: 'SELECT id, email, name, roles, disabled FROM app_user ORDER BY id',
};
const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text) => text.replace(/[&<>"']/g, (c) => entities[c]);

http.createServer(async (request, response) => {
	try {
		const { rows } = await pool.query(query);
		let page = '';
		let i = 0;
		for (const row of rows) {
			page += pieces[i++] + escape(row.email);
			page += pieces[i++] + escape(row.name);
		}
		page += pieces[i];
		response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': Buffer.byteLength(page) });
		response.end(page);
	} catch (e) {
		response.writeHead(503);
		response.end(String(e));
	}
}).listen(Number(process.env.PORT), '127.0.0.1');
