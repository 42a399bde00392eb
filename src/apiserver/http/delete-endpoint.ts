import { JsonSyntaxError, parseJsonText } from "../decode/body.ts";
import { isJsonMap, type JsonMap } from "../managed-fields/json.ts";
import { badRequest, StatusError } from "../status-error.ts";
import { checkDeleteOptions, type Deleted, type DeleteOptions, deleteObject, deletionAnswer } from "../verbs/delete.ts";
import { type Answer, answerText, showList } from "./answer.ts";
import { listFor } from "./list-endpoint.ts";
import { readBody } from "./read-body.ts";
import { type ResourceExchange, viewOf } from "./resource-exchange.ts";
import { readBoolean, readInteger } from "./write-options.ts";

/** Deletes one object. */
export async function deleteOne(exchange: ResourceExchange): Promise<Answer> {
  const { cluster, kind, target } = exchange;
  const view = viewOf(exchange);
  const options = await readDeleteOptions(exchange);
  checkDeleteOptions(options);
  warnOfOrphans(exchange, options);
  const deleted = deleteObject({ cluster, kind, namespace: target.namespace, name: target.name, options });
  const pending = cluster.store.settled();
  if (pending !== undefined) await pending;
  const status = isAccepted(deleted, options) ? 202 : 200;
  return answerText(view, status, JSON.stringify(deletionAnswer({ kind }, deleted)));
}

function warnOfOrphans({ kind, warnings }: ResourceExchange, options: DeleteOptions): void {
  const { deletionWarning } = kind.rules;
  const isNamed = (options.propagationPolicy ?? options.orphanDependents ?? undefined) !== undefined;
  if (deletionWarning !== undefined && !isNamed) warnings.push(deletionWarning);
}

/** A client that asked for its dependents to go first has not seen the end of it. */
function isAccepted({ isGone }: Deleted, { orphanDependents }: DeleteOptions): boolean {
  return !isGone && orphanDependents === false;
}

/** Deletes everything that a list with the same query would show, and answers with that list. */
export async function deleteCollection(exchange: ResourceExchange): Promise<Answer> {
  const { cluster, kind } = exchange;
  const view = viewOf(exchange);
  const options = await readDeleteOptions(exchange);
  checkDeleteOptions(options);
  const listed = await listFor(exchange);
  for (const { namespace, name } of listed.objects) {
    try {
      deleteObject({ cluster, kind, namespace, name, options });
    } catch (error: unknown) {
      // Gone already: that is what was asked for.
      if (!(error instanceof StatusError) || error.code !== 404) throw error;
    }
  }
  await cluster.store.settled();
  return answerText(view, 200, showList(view, listed));
}

/** Options come in the body, or in the query when there is none. */
async function readDeleteOptions({ request, query, limits }: ResourceExchange): Promise<DeleteOptions> {
  const body = await readBody(request, limits.maxBodyBytes);
  if (body.trim() !== "") return parseOptions(body) as DeleteOptions;
  const grace = readInteger(query, "gracePeriodSeconds");
  const policy = query.get("propagationPolicy");
  const orphan = readBoolean(query, "orphanDependents");
  const dryRun = query.getAll("dryRun");
  return {
    ...(grace !== undefined && { gracePeriodSeconds: grace }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(orphan !== undefined && { orphanDependents: orphan }),
    ...(dryRun.length > 0 && { dryRun }),
  };
}

function parseOptions(body: string): JsonMap {
  try {
    const value = parseJsonText(body);
    if (!isJsonMap(value)) throw badRequest("decoded object cannot be converted to DeleteOptions");
    const { kind = "DeleteOptions", apiVersion = "v1" } = value;
    if (kind === "DeleteOptions") return value;
    const scheme = 'in scheme "pkg/runtime/scheme.go:111"';
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} ${scheme}`,
    );
  } catch (error: unknown) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw badRequest(`couldn't get version/kind; json parse error: ${error.message}`);
  }
}
