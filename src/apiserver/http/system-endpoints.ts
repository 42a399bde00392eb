import type { Answer } from "./answer.ts";

const text = (body: string): Answer => ({
  status: 200,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body,
});

/** The version of Kubernetes whose behaviour the server has. */
const version = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.3+fleetset",
  gitCommit: "",
  gitTreeState: "",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "",
  platform: "fleetset",
};

const healthPaths = new Set(["healthz", "livez", "readyz"]);

/** What may be asked without a token. */
export function isPublicPath(segments: readonly string[]): boolean {
  const [first = ""] = segments;
  return segments.length === 1 && (first === "version" || healthPaths.has(first));
}

/** Whether the server lives, and its version. */
export function publicAnswer(method: string, segments: readonly string[], query: URLSearchParams): Answer | undefined {
  const [first = "", second] = segments;
  if (method !== "GET" && method !== "HEAD") return undefined;
  if (first === "version" && (second === undefined || second === "")) {
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(version, undefined, 2),
    };
  }
  if (!healthPaths.has(first) || segments.length > 2) return undefined;
  return query.has("verbose") ? text(`[+]ping ok\n${first} check passed\n`) : text("ok");
}

/** A path that is nothing, as Kubernetes answers it. */
export function pageNotFound(): Answer {
  const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
  return { status: 404, headers, body: "404 page not found\n" };
}

/** The paths that a server names at `/`. */
export function rootPaths(groupVersions: readonly string[]): Answer {
  const system = ["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"];
  const paths = ["/api", "/api/v1", "/apis", ...groupVersions.flatMap(withGroup), ...system];
  const body = JSON.stringify({ paths: [...new Set(paths)].sort() }, undefined, 2);
  return { status: 200, headers: { "content-type": "application/json" }, body };
}

function withGroup(groupVersion: string): string[] {
  return groupVersion.includes("/") ? [`/apis/${groupVersion.split("/")[0]}`, `/apis/${groupVersion}`] : [];
}
