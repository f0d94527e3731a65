// Loaded before Supabase Lite (node --import): what Lite 0.10 does otherwise than the real services, put right
// at its edges. Nothing of it reaches the functions in the database.
import { open } from "node:fs/promises";
import { Server } from "node:http";
import { register } from "node:module";

// Lite's driver writes JSON that Lite has already written: see lite_postgres.mjs, which takes its place.
const driver = new URL("lite_postgres.mjs", import.meta.url).href;
const hooks = `export const resolve = (name, context, next) =>
  next(name === "postgres" && context.parentURL?.includes("/@supabase/lite/") ? ${JSON.stringify(driver)} : name, context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

// Lite answers a download with `FileHandle.readableWebStream()`, whose chunks are ArrayBuffers before Node 24:
// its HTTP server cannot send those, and the body stays empty. With `type: "bytes"` they are Uint8Arrays.
const handle = await open(process.execPath, "r");
const prototype = Object.getPrototypeOf(handle);
await handle.close();
const { readableWebStream } = prototype;
prototype.readableWebStream = function (options) {
  return readableWebStream.call(this, { ...options, type: "bytes" });
};

// Lite prints its keys when it starts, and `/_system` tells whoever asks the database's password. Its Studio needs
// two of those routes: they are for a page of this very server (a browser says so, and no other page can), and
// `info` is told without what is secret.
const { emit } = Server.prototype;
Server.prototype.emit = function (event, request, response, ...rest) {
  const path = event === "request" ? unescaped(request.url.split("?")[0]) : "";
  if (!path.includes("/_system")) return emit.call(this, event, request, response, ...rest);
  const ownPage = request.headers["sec-fetch-site"] === "same-origin";
  if (ownPage && path === "/_system/introspect") return emit.call(this, event, request, response, ...rest);
  const isInfo = ownPage && path === "/_system/info";
  response.writeHead(isInfo ? 200 : 404, { "Content-Type": "application/json" });
  const auth = { publishable_key: process.env.LITE_PUBLISHABLE_KEY };
  response.end(JSON.stringify(isInfo ? { admin: true, config: { auth } } : { message: "Not found" }));
  return true;
};

function unescaped(path) {
  return path.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
}

// A connection that is lost while nobody waits for it would end Lite, by handlers of its own. PostgREST outlives its
// database.
const uncaught = ["uncaughtException", "unhandledRejection"];
for (const event of uncaught) process.on(event, (error) => console.error(error));
const { on } = process;
process.on = function (event, listener) {
  return uncaught.includes(event) ? this : on.call(this, event, listener);
};

const secrets = ["LITE_SECRET_KEY", "LITE_PUBLISHABLE_KEY", "LITE_JWT_SECRET"].map((name) => process.env[name]);
secrets.push(new URL(process.env.LITE_DB_URL).password);
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream);
  stream.write = (chunk, ...rest) =>
    write(secrets.reduce((text, secret) => text.replaceAll(secret, "…"), String(chunk)), ...rest);
}
