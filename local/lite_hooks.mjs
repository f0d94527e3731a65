// Module hooks that Supabase Lite is loaded through (see lite_start.mjs).

// Lite's driver writes JSON that Lite has already written: ours takes its place.
const driver = new URL("lite_postgres.mjs", import.meta.url).href;

export function resolve(name, context, next) {
  return next(name === "postgres" && context.parentURL?.includes("/@supabase/lite/") ? driver : name, context);
}

// `postgres` 3.4.9 gathers small writes for a moment. When its connection closes meanwhile, it forgets that it
// still thinks them on their way: that connection never writes again, and each attempt to open it ends only in
// CONNECT_TIMEOUT, for as long as Lite runs. What a transaction goes on to write then is answered by nobody.
// PostgREST is as new after its database was away.
const forget = "chunk = nextWriteTimer = null";
const repairs = [
  ["\n    clearImmediate(nextWriteTimer)", `$&\n    ${forget}`],
  ["\n  function nextWrite(fn) {", `$&\n    if (!socket) return (${forget}, lose())`],
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
];

export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!url.endsWith("/postgres/src/connection.js")) return loaded;
  let source = String(loaded.source);
  for (const [found, repaired] of repairs) {
    if (!source.includes(found)) throw new Error(`${url}: no longer the driver that is repaired here; look at it anew`);
    source = source.replaceAll(found, repaired);
  }
  return { ...loaded, source };
}
