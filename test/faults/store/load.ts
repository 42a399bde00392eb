import type { Drawing } from "../../support/random.ts";
import type { ServerAddress } from "./processes.ts";

export interface KubeObject {
  readonly metadata: { readonly name: string; readonly resourceVersion: string; readonly uid: string };
  readonly data?: { readonly [key: string]: string };
}

/** What a name holds: the version that was acknowledged, "" for nothing, and the write that nobody has answered. */
interface Known {
  readonly state: string;
  readonly pending: Write | undefined;
}

interface Write {
  readonly kind: "create" | "replace" | "patch" | "delete";
  readonly round: string;
}

const clusters = ["", "/clusters/member"];
const merge = "application/merge-patch+json";

/** Where the objects of a writer are: each has a few names of its own. */
export function placeOf(writer: number, draw: Drawing): { readonly path: string; readonly name: string } {
  return { path: pathOf(writer), name: `writer-${writer}-${draw.below(4)}` };
}

function pathOf(writer: number): string {
  return `${clusters[writer % clusters.length]}/api/v1/namespaces/default/configmaps`;
}

export const paths = clusters.map((_, index) => pathOf(index));

/** Values that belong together: an object that shows several rounds was torn. Some objects need pages of their own. */
function dataOf(round: string, size: number) {
  return { first: round, filler: `${round} `.repeat(size), last: round };
}

export function isWhole({ data = {} }: KubeObject): boolean {
  const { first = "", filler = "", last } = data;
  return first === last && filler.split(" ").every((part) => part === first || part === "");
}

/** Sends a request; undefined when the server did not live to answer it. */
export async function ask(
  { url, token }: ServerAddress,
  method: string,
  path: string,
  body?: { readonly content: unknown; readonly type?: string },
): Promise<{ readonly status: number; readonly text: string } | undefined> {
  const headers = { authorization: `Bearer ${token}`, "content-type": body?.type ?? "application/json" };
  try {
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body.content) }) };
    const response = await fetch(url + path, init);
    // A machine that stood still for so long says nothing of the request.
    if (response.status === 408) return undefined;
    return { status: response.status, text: await response.text() };
  } catch {
    // The kill came first.
    return undefined;
  }
}

/** Writes until its server is gone, and knows what it was told. */
export class Writer {
  readonly #number: number;
  readonly #draw: Drawing;
  readonly #known = new Map<string, Known>();
  #rounds = 0;
  /** The newest version that an answer showed. */
  newest = 0;
  acknowledged = 0;

  constructor(number: number, draw: Drawing) {
    this.#number = number;
    this.#draw = draw;
  }

  get path(): string {
    return pathOf(this.#number);
  }

  async run(server: ServerAddress): Promise<void> {
    for (;;) {
      const { name } = placeOf(this.#number, this.#draw);
      const { state } = this.#known.get(name) ?? { state: "" };
      const round = `${this.#number}-${++this.#rounds}`;
      const kind = state === "" ? "create" : (["replace", "patch", "patch", "delete"] as const)[this.#draw.below(4)]!;
      this.#known.set(name, { state, pending: { kind, round } });
      const answer = await this.#send(server, kind, name, round);
      if (answer === undefined) return;
      if (answer.status >= 300)
        throw new Error(`${kind} of ${name} was answered with ${answer.status}: ${answer.text}`);
      this.#note(name, kind, answer.text);
    }
  }

  #send(server: ServerAddress, kind: Write["kind"], name: string, round: string) {
    const data = dataOf(round, [1, 20, 2_000][this.#draw.below(3)] ?? 1);
    const own = `${this.path}/${name}`;
    if (kind === "delete") return ask(server, "DELETE", own);
    if (kind === "patch") return ask(server, "PATCH", own, { content: { data }, type: merge });
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
    return kind === "create"
      ? ask(server, "POST", this.path, { content: object })
      : ask(server, "PUT", own, { content: object });
  }

  #note(name: string, kind: Write["kind"], text: string): void {
    const version = kind === "delete" ? "" : (JSON.parse(text) as KubeObject).metadata.resourceVersion;
    this.newest = Math.max(this.newest, Number(version));
    this.#known.set(name, { state: version, pending: undefined });
    this.acknowledged += 1;
  }

  mayHaveDeleted(name: string): boolean {
    const { state, pending } = this.#known.get(name) ?? { state: "?", pending: undefined };
    return state === "" || pending?.kind === "delete";
  }

  /** Compares what is there with what was acknowledged, and goes on from it. Gives back what is wrong. */
  settle(objects: ReadonlyMap<string, KubeObject>): string[] {
    const wrong: string[] = [];
    for (const [name, { state, pending }] of this.#known) {
      const found = objects.get(name);
      const version = found?.metadata.resourceVersion ?? "";
      const isUnanswered =
        pending !== undefined && (found?.data?.first ?? "") === (pending.kind === "delete" ? "" : pending.round);
      if (version !== state && !isUnanswered) {
        wrong.push(
          `${name} is at ${version || "nothing"}, acknowledged was ${state || "nothing"}, then ${pending?.kind}`,
        );
      }
      if (found !== undefined && !isWhole(found)) wrong.push(`${name} is torn`);
      this.#known.set(name, { state: version, pending: undefined });
    }
    return wrong;
  }
}
