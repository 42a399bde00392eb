import { describe, expect, it } from "vitest";
import { builtinResources } from "../../../src/apiserver/builtin/builtin.ts";
import { canonicalQuantity } from "../../../src/apiserver/builtin/quantity.ts";
import type { KubeObject } from "../../../src/apiserver/resources.ts";
import recorded from "../../vectors/apiserver/defaults.json" with { type: "json" };

function definitionOf({ apiVersion = "", kind = "" }: KubeObject) {
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  const found = builtinResources().find((one) => one.group === group && one.version === version && one.kind === kind);
  if (found?.prepare === undefined) throw new Error(`no built-in kind ${apiVersion} ${kind}`);
  return { prepare: found.prepare };
}

function prepared(object: KubeObject, previous?: KubeObject): KubeObject {
  return definitionOf(object).prepare(object, previous);
}

/** Allocated by a real cluster out of its own ranges, or filled in by controllers and plugins that ours has not. */
function comparable(object: KubeObject): unknown {
  const text = JSON.stringify(object)
    .replace(/"10\.\d+\.\d+\.\d+"/g, '"CLUSTER-IP"')
    .replace(/"nodePort":3\d{4}/g, '"nodePort":"NODE-PORT"')
    .replace(/"(eventTime|firstTimestamp|lastTimestamp|rules|currentMetrics)":null,?/g, "")
    .replace(/,}/g, "}")
    .replace(/,?"lastPhaseTransitionTime":"[^"]*",?/g, "")
    .replace(/"finalizers":\["kubernetes.io\/pvc?-protection"\],?/g, "")
    .replace(/"annotations":{"deprecated.daemonset.template.generation":"1"},?/g, "");
  const { status, ...rest } = JSON.parse(text);
  return ["APIService", "Node"].includes(rest.kind) ? { ...rest, spec: "set by controllers" } : { ...rest, status };
}

const cases = recorded.cases.map(({ given, stored }) => ({
  name: `${given.kind} ${given.metadata.name}`,
  given: { ...given, metadata: { ...given.metadata, uid: stored.metadata.uid } } as KubeObject,
  stored: stored as KubeObject,
}));

describe("built-in kinds are stored as a real server stores them", () => {
  it.each(cases)("$name", ({ given, stored }) => {
    const result = prepared(given);
    expect(comparable(result)).toEqual(comparable(stored));
    expect(prepared(result, result)).toBe(result);
  });

  it("keeps what was allocated when a Service is written again without it", () => {
    const spec = { type: "NodePort", ports: [{ port: 80 }] };
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "a" }, spec };
    const first = prepared(service);
    const chosen = { ...first, spec: { ...(first.spec as object), clusterIP: "10.1.2.3", clusterIPs: ["10.1.2.3"] } };
    expect(prepared(service, chosen).spec).toMatchObject({ clusterIP: "10.1.2.3" });
    const ports = (object: KubeObject) => (object.spec as { ports: { nodePort: number }[] }).ports[0]?.nodePort;
    expect(ports(prepared(service, chosen))).toBe(ports(first));
  });

  it("keeps a namespace until it is empty, whatever spec a client sends", () => {
    const given = { apiVersion: "v1", kind: "Namespace", metadata: { name: "a" }, spec: {}, status: {} };
    const first = prepared(given);
    expect(first).toMatchObject({ spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } });
    expect(prepared({ ...first, spec: { finalizers: [] } }, first).spec).toEqual({ finalizers: ["kubernetes"] });
  });

  it("keeps a Job's selector", () => {
    const template = { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "a" }] } };
    const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "once", uid: "u-1" }, spec: { template } };
    const first = prepared(job);
    expect(prepared(job, first).spec).toEqual(first.spec);
  });

  it("drops nulls and empty optional lists and maps, and keeps empty structs", () => {
    const metadata = { name: "a", annotations: {}, finalizers: [], labels: null };
    const claim = { apiVersion: "v1", kind: "ConfigMap", metadata, data: {} } as unknown as KubeObject;
    expect(prepared(claim)).toEqual({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } });
    const volume = { name: "v", emptyDir: {} };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { containers: [], volumes: [volume] } };
    expect(prepared(pod).spec).toMatchObject({ volumes: [volume] });
  });

  it("is not led to prototypes by hostile keys", () => {
    const data = JSON.parse('{"__proto__": "x", "constructor": "y"}');
    const stored = prepared({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data });
    expect(Object.keys(stored.data as object)).toEqual(["__proto__", "constructor"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("canonicalQuantity", () => {
  it.each([
    ["1000m", "1"],
    ["1024Mi", "1Gi"],
    ["0.5", "500m"],
    [0.5, "500m"],
    [2, "2"],
    ["1000", "1k"],
    ["1500m", "1500m"],
    ["1e3", "1e3"],
    ["1.5Gi", "1536Mi"],
    ["0.1Gi", "107374182400m"],
    ["1023Ki", "1023Ki"],
    ["0.5Ki", "512"],
    [".5", "500m"],
    ["0Gi", "0"],
    ["1.5e3", "1500"],
    ["1000M", "1G"],
    ["1.1Ki", "1126400m"],
    ["-1000m", "-1"],
    ["1Zi", "1Zi"],
    ["1e999999", "1e999999"],
    ["", ""],
  ])("%j is %j", (given, want) => expect(canonicalQuantity(given)).toBe(want));
});
