import { parseJson } from "../base/json.ts";

/** A number so long that a double may not hold it, where JSON has one: not inside names, ids or hashes. */
const longNumber = /[:,[]\s*-?[0-9]{16}/;

/** Reads an API server's JSON with exact integers. Throws for what is no JSON. */
export function parseAnswer(text: string): unknown {
  return longNumber.test(text) ? parseJson(text) : JSON.parse(text);
}
