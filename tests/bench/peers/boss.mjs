// pg-boss on one of our servers: node boss.mjs URL JOBS BATCH. Prints jobs a second of fetch and complete loops.
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const loaded = require("pg-boss");
const PgBoss = loaded.PgBoss ?? loaded.default ?? loaded;
const [url, jobs, batch] = process.argv.slice(2);
const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
boss.on("error", (e) => { console.error(e); process.exit(1); });
await boss.start();
await boss.createQueue("noop");
for (let i = 0; i < Number(jobs); i += 2000)
  await boss.insert("noop", Array.from({ length: Math.min(2000, jobs - i) }, (_, k) => ({ data: { id: i + k } })));
let n = 0;
const began = performance.now();
await Promise.all(Array.from({ length: 4 }, async () => {
  for (;;) {
    const got = await boss.fetch("noop", { batchSize: Number(batch) });
    if (!got || got.length === 0) return;
    await boss.complete("noop", got.map((j) => j.id));
    n += got.length;
  }
}));
console.log((n * 1000 / (performance.now() - began)).toFixed(0));
process.exit(0);
