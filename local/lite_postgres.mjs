// The driver `postgres`, as Supabase Lite gets it (see lite_start.mjs). Lite writes a JSON argument as text and hands
// it to the driver, which writes it once more: a function would get a string that holds its JSON, where PostgREST
// hands over the JSON itself.
//
// An unnamed json parameter gets the exact text of the body from PostgREST, while Lite parses and writes it anew.
// The gateway wraps such a body (local/gateway/proxy.py, `_exact`); here it is unwrapped.
import postgres from "postgres";

const EXACT = '{"captpathfinder_exact_text":';

function serialize(value) {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return JSON.stringify(value);
  return value.startsWith(EXACT) ? JSON.parse(value).captpathfinder_exact_text : value;
}

export default (url, options) => {
  const { json, jsonb } = options.types;
  const types = { ...options.types, json: { ...json, serialize }, jsonb: { ...jsonb, serialize } };
  return postgres(url, { ...options, types });
};
