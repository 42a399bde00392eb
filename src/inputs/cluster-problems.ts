import { messageOf } from "../base/errors.ts";
import { isMap, own } from "../base/values.ts";
import { type SecretObject, secretTexts } from "./secret-data.ts";

/**
 * What is wrong with one cluster Secret, such as `has no server`. Rows are made of it all the same, as in Argo CD; connecting
 * to the cluster would fail. Never holds a part of a credential.
 */
export function clusterProblems(secret: SecretObject): string[] {
  const texts = secretTexts(secret);
  const problems: string[] = [];
  if ((own(texts, "name") ?? "") === "") problems.push("has no name");
  if ((own(texts, "server") ?? "") === "") problems.push("has no server");
  const config = own(texts, "config");
  if (config === undefined || config === "") return problems;
  try {
    if (!isMap(JSON.parse(config))) problems.push("has a config that is no JSON object");
  } catch (error: unknown) {
    // The parser's message quotes the text, which holds credentials.
    const at = / position (\d+)/.exec(messageOf(error))?.[1];
    problems.push(`has a config that is no JSON${at === undefined ? "" : `, at position ${at}`}`);
  }
  return problems;
}
