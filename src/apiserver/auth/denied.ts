import { StatusError } from "../status-error.ts";
import type { Attributes } from "./attributes.ts";
import type { User } from "./user.ts";

/** The 403 for a request that no rule allows. It says nothing of whether what was asked for is there. */
export function denied(user: User, asked: Attributes, reason: string): StatusError {
  const { group, resource, name, path } = asked;
  const why = `${withoutMarkup(question(user, asked))}${reason === "" ? "" : `: ${reason}`}`;
  if (path !== undefined || resource === "") {
    return new StatusError({ code: 403, reason: "Forbidden", message: `forbidden: ${why}`, details: {} });
  }
  const what = `${group === "" ? resource : `${resource}.${group}`}${name === "" ? "" : ` ${JSON.stringify(name)}`}`;
  const details = { ...(name !== "" && { name }), ...(group !== "" && { group }), kind: resource };
  return new StatusError({ code: 403, reason: "Forbidden", message: `${what} is forbidden: ${why}`, details });
}

function question({ name }: User, asked: Attributes): string {
  const { verb, path, group, resource, subresource, namespace } = asked;
  const who = `User ${JSON.stringify(name)} cannot ${verb}`;
  if (path !== undefined) return `${who} path ${JSON.stringify(path)}`;
  const what = JSON.stringify(subresource === "" ? resource : `${resource}/${subresource}`);
  const where = namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} resource ${what} in API group ${JSON.stringify(group)} ${where}`;
}

/** Names come from the asker: none may be read as HTML by a browser. */
function withoutMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
