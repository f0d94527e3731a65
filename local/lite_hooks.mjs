// Module hooks that Supabase Lite is loaded through (see lite_start.mjs).

// Lite's driver writes JSON that Lite has already written: ours takes its place.
const driver = new URL("lite_postgres.mjs", import.meta.url).href;

export function resolve(name, context, next) {
  return next(name === "postgres" && context.parentURL?.includes("/@supabase/lite/") ? driver : name, context);
}

// `postgres` 3.4.9 is put right where a connection closes under it; PostgREST is as new after its database was away.
// - Small writes are gathered for a moment. Of one that was gathered as the connection closed the driver thinks for
//   ever that it is on its way: the connection never writes again, and each attempt to open it ends in
//   CONNECT_TIMEOUT. What was written without a socket is answered by nobody. And the words with which a server ended
//   a connection are taken for its answer to the first question after it was opened anew.
// - A transaction goes on writing to its connection after that was closed, opened anew and given to somebody else: its
//   `set local role` is in force in the other's transaction. A reserved connection does the same, and counts as open
//   when it is released.
const forget = "chunk = nextWriteTimer = null";
const repairs = {
  "/postgres/src/connection.js": [
    ["\n    clearImmediate(nextWriteTimer)", `$&\n    ${forget}`],
    ["\n    socket = null\n", "$&    errorResponse = null\n"],
    ["\n  function nextWrite(fn) {", `$&\n    if (!socket) return (${forget}, lose(), true)`],
    [
      "\n  function connectTimedOut() {",
      `
  function lose() {
    const lost = Errors.connection("CONNECTION_CLOSED", options, socket)
    query && queryError(query, lost)
    query = null
    while (sent.length) queryError(sent.shift(), lost)
  }
$&`,
    ],
  ],
  "/postgres/src/index.js": [
    ["\n    const queue = Queue()", "$&\n    let lost = null"],
    [
      "\n    c.reserved.release = true",
      `$&
    c.onclose = (error) => {
      lost = error
      while (queue.length) queue.shift().reject(error)
    }`,
    ],
    ["\n      c.reserved = null\n", "\n      if (lost) return$&"],
    ["\n      c.queue === full\n        ? queue.push(q)", "\n      if (lost) return q.reject(lost)$&"],
    ["\n    let savepoints = 0", "\n    let lost = null, savepoints = 0"],
    [
      "(_, reject) => connection.onclose = reject",
      `(_, reject) => connection.onclose = (error) => {
          lost = error
          while (queries.length) queries.shift().reject(error)
          reject(error)
        }`,
    ],
    ["\n        q.catch(e => uncaughtError || (uncaughtError = e))", "$&\n        if (lost) return q.reject(lost)"],
  ],
};

export async function load(url, context, next) {
  const loaded = await next(url, context);
  const file = Object.keys(repairs).find((name) => url.endsWith(name));
  if (!file) return loaded;
  let source = String(loaded.source);
  for (const [found, repaired] of repairs[file]) {
    if (!source.includes(found)) throw new Error(`${url}: no longer the driver that is repaired here; look at it anew`);
    source = source.replaceAll(found, repaired);
  }
  return { ...loaded, source };
}
