// The same page by Node: one prepared query through pg's pool; of each row two forms of a time and two escaped texts,
// between fixed pieces.
const http = require('node:http');
const fs = require('node:fs');
const { Pool } = require('pg');

const BEGIN_S = 1767225600;
const [head, afterIso, afterAt, afterFrom, afterTo, end] = JSON.parse(
	fs.readFileSync(`${__dirname}/pieces.json`, 'utf8'));
const pool = new Pool({ max: 10 });
const query = { name: 'list', text: process.env.SQL };
const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text) => text.replace(/[&<>"']/g, (c) => entities[c]);
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n) => (n < 10 ? `0${n}` : n);
const stamp = (d) => `${days[d.getUTCDay()]} ${d.getUTCDate()} ${months[d.getUTCMonth()]} ${d.getUTCFullYear()}, `
	+ `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;

http.createServer(async (request, response) => {
	try {
		const { rows } = await pool.query({ ...query, values: [Number(request.url.slice(1))] });
		let page = '';
		let before = head;
		for (const row of rows) {
			const at = new Date((BEGIN_S + 3600 * row.team) * 1000);
			page += before + at.toISOString().slice(0, 19) + 'Z' + afterIso + stamp(at) + afterAt
				+ escape(row.name) + afterFrom + escape(row.name);
			before = afterTo;
		}
		page += end;
		response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': Buffer.byteLength(page) });
		response.end(page);
	} catch (e) {
		response.writeHead(503);
		response.end(String(e));
	}
}).listen(Number(process.env.PORT), '127.0.0.1');
