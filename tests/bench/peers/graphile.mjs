// graphile-worker on one of our servers: node graphile.mjs URL enqueue SECONDS | drain JOBS PROCESSES BATCHED
// Prints jobs a second. Settings are the best of its own performance test's style: see docs/jobs in its repository.
import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(process.cwd() + "/");
const { makeWorkerUtils, run } = require("graphile-worker");
const { Client, Pool } = require("pg");
const [url, mode, ...rest] = process.argv.slice(2);

async function enqueue(seconds) {
  const pgPool = new Pool({ connectionString: url, max: 8 });
  const utils = await makeWorkerUtils({ pgPool });
  await utils.migrate();
  const end = Date.now() + seconds * 1000;
  let n = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (Date.now() < end) {
      await utils.addJob("noop", { n: 1 });
      n++;
    }
  }));
  console.log((n / seconds).toFixed(0));
  await utils.release();
  await pgPool.end();
}

function start(batched) {
  let n = 0;
  setInterval(() => process.send({ n }), 20);
  const worker = batched
    ? { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } : {};
  return run({
    preset: { worker: { connectionString: url, concurrentJobs: 24, maxPoolSize: 24, pollInterval: 1000, ...worker } },
    logger: new (require("graphile-worker").Logger)(() => () => {}),
    noHandleSignals: true,
    taskList: { noop: async () => { n++; } },
  });
}

async function drain(jobs, processes, batched) {
  const utils = await makeWorkerUtils({ connectionString: url });
  await utils.migrate();
  await utils.release();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
    SELECT json_populate_record(NULL::graphile_worker.job_spec,
      json_build_object('identifier', 'noop', 'payload', json_build_object('id', i)))
    FROM generate_series(1, ${jobs}) i))`);
  await client.query("VACUUM ANALYZE graphile_worker._private_jobs");
  await client.query("CHECKPOINT");
  await client.end();
  const done = new Array(processes).fill(0);
  const children = done.map((_, i) => {
    const child = fork(fileURLToPath(import.meta.url), [url, "child", batched]);
    child.on("message", (m) => { done[i] = m.n; });
    return child;
  });
  const sum = () => done.reduce((a, b) => a + b, 0);
  const reach = async (n) => {
    while (sum() < n) await new Promise((r) => setTimeout(r, 10));
    return [performance.now(), sum()];
  };
  const [t0, n0] = await reach(jobs * 0.05);
  const [t1, n1] = await reach(jobs * 0.9);
  console.log(((n1 - n0) * 1000 / (t1 - t0)).toFixed(0));
  for (const child of children) child.kill("SIGKILL");
  process.exit(0);
}

if (mode === "enqueue") await enqueue(Number(rest[0]));
else if (mode === "drain") await drain(Number(rest[0]), Number(rest[1]), rest[2]);
else await start(rest[0] === "batched");
