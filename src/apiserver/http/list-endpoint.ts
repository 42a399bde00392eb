import { type ObjectFilter, readSelection, type Selection } from "../selectors/object-filter.ts";
import { badRequest, plainError } from "../status-error.ts";
import { readContinueToken } from "../store/continue-token.ts";
import { type FieldError, forbiddenField, invalidObject, notSupported } from "../validation/field-error.ts";
import { type Listed, listObjects, tooLargeVersion } from "../verbs/list.ts";
import type { ResourceExchange } from "./resource-exchange.ts";
import { readBoolean, readInteger } from "./write-options.ts";

export function selectionOf({ kind, query, target }: ResourceExchange): Selection {
  const selection = readSelection(kind, query.get("labelSelector") ?? "", query.get("fieldSelector") ?? "");
  return target.name === "" ? selection : withName(selection, target.name);
}

/** The old form of watching one object by its path. */
function withName(selection: Selection, name: string): Selection {
  const filter: ObjectFilter = (object) => object.name === name && selection.filter?.(object) !== false;
  return { filter, name };
}

const listMatches = ["Exact", "NotOlderThan", ""];

export function checkListOptions({ query }: ResourceExchange, isWatch: boolean): void {
  const errors = isWatch ? watchOptionErrors(query) : listOptionErrors(query);
  if (errors.length > 0) throw invalidObject({ group: "meta.k8s.io", kind: "ListOptions" }, "", errors);
}

function listOptionErrors(query: URLSearchParams): FieldError[] {
  const errors: FieldError[] = [];
  const match = query.get("resourceVersionMatch") ?? "";
  const version = query.get("resourceVersion") ?? "";
  if (match !== "") {
    if (version === "") {
      errors.push(matchForbidden("resourceVersionMatch is forbidden unless resourceVersion is provided"));
    }
    if ((query.get("continue") ?? "") !== "") {
      errors.push(matchForbidden("resourceVersionMatch is forbidden when continue is provided"));
    }
    if (!listMatches.includes(match)) errors.push(notSupported("resourceVersionMatch", match, listMatches));
    if (match === "Exact" && version === "0") {
      errors.push(matchForbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (query.has("sendInitialEvents")) {
    errors.push(forbiddenField("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return errors;
}

function matchForbidden(detail: string): FieldError {
  return forbiddenField("resourceVersionMatch", detail);
}

function watchOptionErrors(query: URLSearchParams): FieldError[] {
  const errors: FieldError[] = [];
  const match = query.get("resourceVersionMatch") ?? "";
  const asksInitial = readBoolean(query, "sendInitialEvents") !== undefined;
  if (asksInitial && match !== "NotOlderThan") {
    errors.push(matchForbidden("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
  }
  if (match === "") return errors;
  if (!asksInitial) {
    errors.push(matchForbidden("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
  }
  if (match !== "NotOlderThan") errors.push(notSupported("resourceVersionMatch", match, ["NotOlderThan"]));
  if ((query.get("continue") ?? "") !== "") {
    errors.push(matchForbidden("resourceVersionMatch is forbidden when continue is provided"));
  }
  return errors;
}

/** The version that a read names; undefined for none. */
export function versionOf({ query }: ResourceExchange, isWatch: boolean): number | undefined {
  const text = query.get("resourceVersion") ?? "";
  if (text === "") return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const detail = `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw isWatch ? plainError(detail) : badRequest(`invalid resource version: ${detail}`);
}

/** A read may ask for a version that is yet to come: it gets a while to come, then 504. */
export async function waitForVersion(exchange: ResourceExchange): Promise<void> {
  const { cluster, limits, closing } = exchange;
  const version = versionOf(exchange, false);
  if (version === undefined || version <= cluster.store.version) return;
  await new Promise<void>((resolve) => {
    const stop = cluster.store.listen(undefined, (change) => change.version >= version && finish());
    const timer = setTimeout(finish, limits.versionWaitMs);
    closing.addEventListener("abort", finish, { once: true });
    function finish(): void {
      stop();
      clearTimeout(timer);
      closing.removeEventListener("abort", finish);
      resolve();
    }
  });
  if (version > cluster.store.version) throw tooLargeVersion(version, cluster.store.version);
}

/** The page of objects that a request asks for, all of it durable. */
export async function listFor(exchange: ResourceExchange): Promise<Listed> {
  const { cluster, kind, query, target } = exchange;
  const limit = readInteger(query, "limit") ?? 0;
  checkListOptions(exchange, false);
  const selection = selectionOf(exchange);
  const version = versionOf(exchange, false);
  const isExact = isExactRead(query, version, limit);
  const continueToken = query.get("continue") ?? "";
  if (continueToken !== "") checkContinue(continueToken, version);
  await waitForVersion(exchange);
  const listed = listObjects({
    cluster,
    kind,
    namespace: target.namespace,
    selection,
    limit,
    continueToken,
    exactVersion: isExact ? version : undefined,
  });
  await cluster.store.settled();
  return listed;
}

/** A token says itself which version it goes on with. */
function checkContinue(token: string, version: number | undefined): void {
  readContinueToken(token);
  if ((version ?? 0) !== 0) throw badRequest("specifying resource version is not allowed when using continue");
}

/** A version with a limit means exactly that one, unless the client says otherwise. */
function isExactRead(query: URLSearchParams, version: number | undefined, limit: number): boolean {
  if (version === undefined || version === 0) return false;
  const match = query.get("resourceVersionMatch") ?? "";
  return match === "Exact" || (match === "" && limit > 0);
}
