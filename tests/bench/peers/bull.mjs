// BullMQ on one of our Redis servers: node bull.mjs SOCKET JOBS CONCURRENCY. Prints jobs a second.
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { Queue, Worker } = require("bullmq");
const [path, jobs, concurrency] = process.argv.slice(2);
const connection = { path, maxRetriesPerRequest: null };
const queue = new Queue("noop", { connection });
for (let i = 0; i < Number(jobs); i += 1000)
  await queue.addBulk(Array.from({ length: 1000 }, (_, k) => ({ name: "noop", data: { id: i + k } })));
let n = 0;
const began = performance.now();
const worker = new Worker("noop", async () => {}, { connection, concurrency: Number(concurrency) });
worker.on("completed", () => {
  if (++n < Number(jobs)) return;
  console.log((n * 1000 / (performance.now() - began)).toFixed(0));
  process.exit(0);
});
