// A WebSocket server by Node and ws: everybody is sent what PostgreSQL notifies of, one message an event.
const { WebSocketServer } = require('ws');
const { Client } = require('pg');

const server = new WebSocketServer({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096, perMessageDeflate: false });
const client = new Client();

client.on('notification', ({ payload }) => {
	for (const socket of server.clients) socket.send(payload);
});
client.connect().then(() => client.query('LISTEN bench'));
