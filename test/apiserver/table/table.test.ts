import { describe, expect, it } from "vitest";
import { builtinResources } from "../../../src/apiserver/builtin/builtin.ts";
import type { KubeObject, PrinterColumn, ResourceDefinition, TableOptions } from "../../../src/apiserver/resources.ts";
import { humanDuration } from "../../../src/apiserver/table/age.ts";
import { builtinColumns } from "../../../src/apiserver/table/columns.ts";
import { parseJsonPath } from "../../../src/apiserver/table/json-path.ts";
import { builtinCells, toTable } from "../../../src/apiserver/table/table.ts";
import recorded from "../../vectors/apiserver/tables.json" with { type: "json" };

const options: TableOptions = { version: "v1", includeObject: "None", now: 0, withColumns: true };

const widgets: ResourceDefinition = {
  group: "acme.example",
  version: "v1",
  plural: "widgets",
  singular: "widget",
  kind: "Widget",
  listKind: "WidgetList",
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: [],
  subresources: {},
  printerColumns: recorded.widgetColumns as PrinterColumn[],
  storage: true,
  served: true,
};

interface RecordedRow {
  readonly cells: readonly unknown[];
  readonly conditions?: unknown;
  readonly object: unknown;
}

const rows = recorded.kinds.flatMap(({ kind, now, rows: ofKind }) =>
  (ofKind as readonly RecordedRow[]).map((row) => ({
    kind,
    now,
    row,
    name: `${kind} ${(row.object as KubeObject).metadata?.name}`,
  })),
);

describe("toTable", () => {
  it.each(rows)("prints $name as a real server", ({ kind, now, row }) => {
    const definition = [widgets, ...builtinResources()].find((one) => `${one.kind}.${one.group}` === kind);
    const table = toTable(definition ?? widgets, [row.object as KubeObject], { ...options, now });
    const [printed] = table.rows as RecordedRow[];
    expect(printed?.cells).toEqual(row.cells);
    expect(printed?.conditions).toEqual(row.conditions);
    expect(table.columnDefinitions).toHaveLength(row.cells.length);
  });

  it.each(builtinResources().filter(({ verbs }) => verbs.includes("list")))(
    "prints an empty $kind of $group",
    (definition) => {
      const key = `${definition.kind}.${definition.group}`;
      const cells = builtinCells[key]?.({ metadata: { name: "bare" } }, 0);
      expect(cells).toHaveLength(builtinColumns[key]?.length ?? -1);
    },
  );

  it("carries the objects as asked", () => {
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" }, data: { a: "b" } };
    const configMaps = builtinResources().find(({ kind }) => kind === "ConfigMap") ?? widgets;
    const carried = (includeObject: TableOptions["includeObject"]) =>
      (toTable(configMaps, [object], { ...options, includeObject }).rows[0] as RecordedRow).object;
    expect(carried("Object")).toBe(object);
    expect(carried("None")).toBeNull();
    expect(carried("Metadata")).toEqual({
      kind: "PartialObjectMetadata",
      apiVersion: "meta.k8s.io/v1",
      metadata: { name: "one" },
    });
  });

  it("leaves the columns out of later watch events", () => {
    expect(toTable(widgets, [], { ...options, withColumns: false }).columnDefinitions).toBeNull();
  });
});

const pods = builtinResources().find(({ kind }) => kind === "Pod") ?? widgets;

const podCases: readonly { readonly name: string; readonly pod: KubeObject; readonly want: readonly unknown[] }[] = [
  {
    name: "crash loop",
    pod: {
      spec: { containers: [{ name: "a" }, { name: "b" }] },
      status: {
        phase: "Running",
        containerStatuses: [
          { name: "a", restartCount: 4, state: { waiting: { reason: "CrashLoopBackOff" } } },
          { name: "b", ready: true, restartCount: 0, state: { running: {} } },
        ],
      },
    },
    want: ["1/2", "CrashLoopBackOff", "4"],
  },
  {
    name: "init container at work",
    pod: {
      spec: { initContainers: [{ name: "a" }, { name: "b" }], containers: [{ name: "c" }] },
      status: {
        phase: "Pending",
        initContainerStatuses: [
          { name: "a", state: { terminated: { exitCode: 0 } } },
          { name: "b", state: { running: {} } },
        ],
      },
    },
    want: ["0/1", "Init:1/2", "0"],
  },
  {
    name: "init container that failed",
    pod: {
      spec: { initContainers: [{ name: "a" }], containers: [{ name: "c" }] },
      status: { phase: "Pending", initContainerStatuses: [{ name: "a", state: { terminated: { exitCode: 2 } } }] },
    },
    want: ["0/1", "Init:ExitCode:2", "0"],
  },
  {
    name: "completed",
    pod: {
      spec: { containers: [{ name: "a" }] },
      status: {
        phase: "Succeeded",
        containerStatuses: [{ name: "a", state: { terminated: { exitCode: 0, reason: "Completed" } } }],
      },
    },
    want: ["0/1", "Completed", "0"],
  },
  {
    name: "being deleted",
    pod: {
      metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" },
      spec: { containers: [{}] },
      status: { phase: "Running" },
    },
    want: ["0/1", "Terminating", "0"],
  },
  {
    name: "sidecar",
    pod: {
      spec: { initContainers: [{ name: "s", restartPolicy: "Always" }], containers: [{ name: "a" }] },
      status: {
        phase: "Running",
        initContainerStatuses: [{ name: "s", started: true, ready: true, restartCount: 1, state: { running: {} } }],
        containerStatuses: [{ name: "a", ready: true, restartCount: 2, state: { running: {} } }],
      },
    },
    want: ["2/2", "Running", "3"],
  },
];

describe("pods", () => {
  it.each(podCases)("$name", ({ pod, want }) => {
    const [row] = toTable(pods, [pod], options).rows as RecordedRow[];
    expect(row?.cells.slice(1, 4)).toEqual(want);
  });
});

describe("humanDuration", () => {
  it.each([
    [-5000, "<invalid>"],
    [-500, "0s"],
    [0, "0s"],
    [119_999, "119s"],
    [120_000, "2m"],
    [303_000, "5m3s"],
    [600_000, "10m"],
    [3 * 3_600_000, "3h"],
    [3.5 * 3_600_000, "3h30m"],
    [47 * 3_600_000, "47h"],
    [50 * 3_600_000, "2d2h"],
    [9 * 86_400_000, "9d"],
    [800 * 86_400_000, "2y70d"],
    [3000 * 86_400_000, "8y"],
  ])("%d ms is %s", (milliseconds, want) => expect(humanDuration(milliseconds)).toBe(want));
});

describe("parseJsonPath", () => {
  const object = {
    spec: { tags: ["a", "b", "c"], "a.b": 1, map: { x: 1, y: 2 } },
    status: {
      conditions: [
        { type: "Ready", status: "True", n: 1 },
        { type: "Synced", status: "False", n: 2 },
      ],
    },
  };

  it.each([
    [".spec.tags[0]", ["a"]],
    [".spec.tags[-1]", ["c"]],
    [".spec.tags[1:]", ["b", "c"]],
    [".spec.tags[*]", ["a", "b", "c"]],
    ["spec.map.y", [2]],
    [".spec.map.*", [1, 2]],
    [".spec.a\\.b", [1]],
    [".spec['a.b']", [1]],
    ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
    [".status.conditions[?(@.type=='Synced')].status", ["False"]],
    [".status.conditions[?(@.n > 1)].type", ["Synced"]],
    [".status.conditions[?(@.type)].n", [1, 2]],
    [".status.conditions[?(@.type != 'Ready')].n", [2]],
    ["..type", ["Ready", "Synced"]],
    [".spec.missing.deeper", []],
    [".spec.toString", []],
    [".__proto__", []],
  ])("%s", (path, want) => expect(parseJsonPath(path)?.(object)).toEqual(want));

  it.each([".spec[", ".spec[?(@.a]", ".a[x]", "]"])("refuses %s", (path) => {
    expect(parseJsonPath(path)).toBeUndefined();
  });
});
