// biome-ignore-all lint/suspicious/noExplicitAny: answers have every shape

/** What earlier steps were answered: `last` is the step before, others stand under their names. */
export interface Seen {
  readonly last: any;
  readonly [step: string]: any;
}

export type Body = string | object | ((seen: Seen) => unknown);

/** Impersonated by the administrator, or with a token from an earlier answer; "" is nobody. */
export interface Actor {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly token?: string | ((seen: Seen) => string);
}

export interface StepOptions {
  /** A short name of a patch type, or a content type. */
  readonly type?: string;
  readonly accept?: string;
  /** Whoever acts, where that is not the administrator. */
  readonly as?: Actor;
  readonly headers?: { readonly [name: string]: string };
  /** Asked again until it holds: for what a controller does a moment later. */
  readonly until?: (body: any, status: number) => boolean;
  /** Why our answer may differ; the status code alone is compared then, unless that is what differs. */
  readonly differs?: string;
  readonly differsInStatus?: boolean;
}

export interface Step extends StepOptions {
  readonly name: string;
  readonly method: string;
  readonly path: string | ((seen: Seen) => string);
  readonly body?: Body | undefined;
  /** For a watch: what is done while it is open, and how many events are waited for. */
  readonly during?: readonly Step[];
  readonly events?: number;
}

/** A part of the API: its steps run in order, in a namespace of the area's name. */
export interface Area {
  readonly name: string;
  readonly steps: readonly Step[];
}

export function get(name: string, path: Step["path"], options: StepOptions = {}): Step {
  return { name, method: "GET", path, ...options };
}

export function post(name: string, path: Step["path"], body: Body, options: StepOptions = {}): Step {
  return { name, method: "POST", path, body, ...options };
}

export function put(name: string, path: Step["path"], body: Body, options: StepOptions = {}): Step {
  return { name, method: "PUT", path, body, ...options };
}

export function merge(name: string, path: Step["path"], body: Body, options: StepOptions = {}): Step {
  return { name, method: "PATCH", path, body, type: "merge", ...options };
}

export function jsonPatch(name: string, path: Step["path"], body: Body, options: StepOptions = {}): Step {
  return { name, method: "PATCH", path, body, type: "json", ...options };
}

export function strategic(name: string, path: Step["path"], body: Body, options: StepOptions = {}): Step {
  return { name, method: "PATCH", path, body, type: "strategic", ...options };
}

export function apply(name: string, path: Step["path"], body: Body, options: StepOptions = {}): Step {
  return { name, method: "PATCH", path, body, type: "apply", ...options };
}

export function remove(name: string, path: Step["path"], body?: Body, options: StepOptions = {}): Step {
  return { name, method: "DELETE", path, body, ...options };
}

/** Watches a path while other steps run, until that many events have come. */
export function watch(name: string, path: Step["path"], events: number, during: readonly Step[] = []): Step {
  return { name, method: "GET", path, events, during };
}
