export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly type: "string" | "integer" | "boolean";
  readonly description: string;
  readonly required?: boolean;
}

function query(name: string, type: Parameter["type"], description: string): Parameter {
  return { name, in: "query", type, description };
}

function path(name: string, description: string): Parameter {
  return { name, in: "path", type: "string", description, required: true };
}

export const pathParameters = {
  name: path("name", "name of the object"),
  namespace: path("namespace", "object name and auth scope, such as for teams and projects"),
};

const dryRun = query("dryRun", "string", "With the value All the request is checked in full but nothing is stored");
const write = [
  dryRun,
  query("fieldManager", "string", "Name of the actor that makes the change; required for server-side apply"),
  query("fieldValidation", "string", "What to do about unknown and duplicate fields: Ignore, Warn or Strict"),
];

/** kubectl looks here which options a server knows: it refuses `--dry-run=server` where a PATCH does not list `dryRun`. */
export const queryParameters: {
  readonly [use in "list" | "write" | "patch" | "delete"]: readonly Parameter[];
} = {
  write,
  patch: [...write, query("force", "boolean", "Takes over fields of other managers in a server-side apply")],
  delete: [
    dryRun,
    query("gracePeriodSeconds", "integer", "Seconds before the object is deleted; 0 means at once"),
    query("orphanDependents", "boolean", "Deprecated: use propagationPolicy"),
    query("propagationPolicy", "string", "What becomes of dependents: Orphan, Background or Foreground"),
  ],
  list: [
    query("allowWatchBookmarks", "boolean", "Asks for BOOKMARK events in a watch"),
    query("continue", "string", "The token of the page before, to get the next one"),
    query("fieldSelector", "string", "Restricts the objects by their fields"),
    query("labelSelector", "string", "Restricts the objects by their labels"),
    query("limit", "integer", "The most objects to answer with at once"),
    query("resourceVersion", "string", "The version that the answer has to reach, or that a watch starts after"),
    query("resourceVersionMatch", "string", "How resourceVersion is meant: Exact or NotOlderThan"),
    query("sendInitialEvents", "boolean", "Begins a watch with the objects there are, ended by a bookmark"),
    query("timeoutSeconds", "integer", "How long a list or watch may take"),
    query("watch", "boolean", "Streams changes instead of answering with a list"),
  ],
};
