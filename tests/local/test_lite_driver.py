"""The driver that Supabase Lite gets (local/lite_hooks.mjs) outlives its database, as PostgREST does."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from local import lite
from local.postgres import Cluster

LOCAL = Path(lite.__file__).parent
SCRIPT = """\
import { register } from "node:module";
import net from "node:net";
register(process.env.HOOKS);
const { default: postgres } = await import(process.env.DRIVER);

let socket;
const { port, hostname } = new URL(process.env.DSN);
const connect = () => new Promise((resolve, reject) => {
  socket = net.connect(port, hostname, () => resolve(socket)).on("error", reject);
});
const sql = postgres(process.env.DSN, { max: 1, connect_timeout: 2, socket: connect });
const outcome = (query) => query.then(([{ n }]) => n, ({ code }) => code);
const outcomes = [await outcome(sql`select 1 as n`)];

// The connection is cut while what was written still waits to be sent.
const [lost] = [outcome(sql`select 2 as n`), await null, socket.destroy()];
outcomes.push(await lost, await outcome(sql`select 3 as n`), await outcome(sql`select 4 as n`));

// And amid a transaction, which goes on writing while the connection is closed, and when it is another's.
let late;
const midst = sql.begin(async (transaction) => {
  await transaction`select 5`;
  socket.destroy();
  await new Promise((resolve) => socket.once("close", () => setImmediate(resolve)));
  late = [await outcome(transaction`select 6 as n`), await outcome(sql`select 7 as n`)];
  late.push(await outcome(transaction`select 8 as n`));
});
outcomes.push(await outcome(midst));
while (late?.length !== 3) await new Promise(setImmediate);
outcomes.push(...late, await outcome(sql`select 9 as n`));

// And while it is reserved, and released after somebody else had it.
const reserved = await sql.reserve();
socket.destroy();
await new Promise((resolve) => socket.once("close", () => setImmediate(resolve)));
outcomes.push(await outcome(reserved`select 10 as n`), await outcome(sql`select 11 as n`));
outcomes.push(await outcome(reserved`select 12 as n`));
reserved.release();
outcomes.push(await outcome(sql`select 13 as n`));

// And by the server, which says why, amid an answer.
const other = postgres(process.env.DSN, { max: 1 });
const pid = await outcome(sql`select pg_backend_pid() as n`);
const asked = outcome(sql`select 14 as n from pg_sleep(60)`);
let active = 0;
while (!active) {
  active = await outcome(other`
    select count(*)::integer as n from pg_stat_activity where pid = ${pid} and state = 'active'`);
}
await other`select pg_terminate_backend(${pid})`;
outcomes.push(typeof (await asked), await outcome(sql`select 15 as n`));
console.log(JSON.stringify(outcomes));
process.exit();
"""


def test_a_connection_cut_while_it_writes_opens_again() -> None:
    with Cluster.temporary(cron_database=None) as cluster:
        environment = {
            "PATH": os.environ["PATH"],
            "DSN": cluster.dsn(),
            "HOOKS": (LOCAL / "lite_hooks.mjs").as_uri(),
            "DRIVER": (LOCAL / "node_modules" / "postgres" / "src" / "index.js").as_uri(),
        }
        done = subprocess.run(
            [lite.find_node(), "--input-type=module", "--eval", SCRIPT],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    lost = "CONNECTION_CLOSED"
    assert json.loads(done.stdout) == [
        1,
        lost,
        3,
        4,
        lost,
        lost,
        7,
        lost,
        9,
        lost,
        11,
        lost,
        13,
        "string",
        15,
    ]
