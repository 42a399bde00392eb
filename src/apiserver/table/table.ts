import type { KubeObject, ResourceDefinition, Table, TableOptions } from "../resources.ts";
import { clusterCells } from "./cluster.ts";
import { ageColumn, builtinColumns, nameColumn } from "./columns.ts";
import { customCells, customDefinitions } from "./custom.ts";
import { networkCells } from "./network.ts";
import { podCells, podRowConditions } from "./pod.ts";
import { age, type Cells, name, workloadCells } from "./workloads.ts";

/** How each built-in kind is printed, by `kind.group`; its columns stand in columns.ts under the same key. */
export const builtinCells: { readonly [groupKind: string]: Cells } = {
  "Pod.": podCells,
  ...workloadCells,
  ...networkCells,
  ...clusterCells,
};

const plainCells: Cells = (object, now) => [name(object), age(object, now)];
const plainColumns = [nameColumn, ageColumn];

interface Printer {
  readonly columns: readonly object[];
  readonly cells: Cells;
}

function printerOf(definition: ResourceDefinition): Printer {
  const key = `${definition.kind}.${definition.group}`;
  const { printerColumns } = definition;
  if (definition.strategicMerge !== true) {
    const columns = [nameColumn, ...customDefinitions(printerColumns)];
    return { columns, cells: (object, now) => customCells(printerColumns, object, now) };
  }
  const cells = Object.hasOwn(builtinCells, key) ? builtinCells[key] : undefined;
  const columns = Object.hasOwn(builtinColumns, key) ? builtinColumns[key] : undefined;
  return cells === undefined || columns === undefined
    ? { columns: plainColumns, cells: plainCells }
    : { columns, cells };
}

/** The rows of `kubectl get`: columns by kind, for CRDs those that they declare. */
export function toTable(definition: ResourceDefinition, objects: readonly KubeObject[], options: TableOptions): Table {
  const { columns, cells } = printerOf(definition);
  const isPod = definition.kind === "Pod" && definition.group === "";
  const rows = objects.map((object) => {
    const conditions = isPod ? podRowConditions(object) : undefined;
    return {
      cells: cells(object, options.now),
      ...(conditions === undefined ? {} : { conditions }),
      object: rowObject(object, options),
    };
  });
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${options.version}`,
    columnDefinitions: options.withColumns ? columns : null,
    rows,
  };
}

function rowObject(object: KubeObject, { includeObject, version }: TableOptions): unknown {
  if (includeObject === "None") return null;
  if (includeObject === "Object") return object;
  return { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}
