// Loaded before Supabase Lite (node --import). Lite 0.10 answers a download with
// `FileHandle.readableWebStream()`, whose chunks are ArrayBuffers before Node 24: its HTTP server cannot
// send those, and the body stays empty. With `type: "bytes"` they are Uint8Arrays, as they are since.
import { open } from "node:fs/promises";

const handle = await open(process.execPath, "r");
const prototype = Object.getPrototypeOf(handle);
await handle.close();

const { readableWebStream } = prototype;
prototype.readableWebStream = function (options) {
  return readableWebStream.call(this, { ...options, type: "bytes" });
};
