import type { Application } from "../../crds/application.ts";
import type { KubeObject } from "../kube/objects.ts";
import { formatAge } from "./age.ts";
import type { Column } from "./table.ts";

type Listed = Application & KubeObject;

/** NAME PROJECT CLUSTER SYNC HEALTH SET AGE, at a moment. `clusterOf` names the member that an Application goes to. */
export function applicationColumns(nowMs: number, clusterOf = destinationOf): readonly Column<Listed>[] {
  return [
    { heading: "NAME", cell: (app) => app.metadata.name },
    { heading: "PROJECT", cell: (app) => app.spec.project },
    { heading: "CLUSTER", cell: clusterOf },
    { heading: "SYNC", cell: (app) => app.status?.sync?.status ?? "Unknown" },
    { heading: "HEALTH", cell: (app) => app.status?.health?.status ?? "Unknown" },
    { heading: "SET", cell: (app) => setOf(app) ?? "<none>" },
    { heading: "AGE", cell: (app) => formatAge(app.metadata.creationTimestamp, nowMs) },
  ];
}

/** What `-o wide` adds. `deliveryOf` tells how the set hands its Applications over. */
export function wideColumns(deliveryOf: (app: Listed) => string): readonly Column<Listed>[] {
  const source = (app: Application) => app.spec.source ?? app.spec.sources?.[0];
  return [
    { heading: "DELIVERY", cell: deliveryOf },
    { heading: "NAMESPACE", cell: (app) => app.spec.destination?.namespace ?? "" },
    { heading: "REPO", cell: (app) => source(app)?.repoURL ?? "" },
    { heading: "PATH", cell: (app) => source(app)?.path ?? source(app)?.chart ?? "" },
    {
      heading: "REVISION",
      cell: (app) => shortRevision(app.status?.sync?.revision ?? source(app)?.targetRevision ?? ""),
    },
    { heading: "MESSAGE", cell: (app) => lastMessage(app) },
  ];
}

/** The destination as the Application names it: the cluster's name, or its URL. */
export function destinationOf(app: Application): string {
  return app.spec.destination?.name || app.spec.destination?.server || "";
}

/** The ApplicationSet that controls the Application. */
export function setOf(app: Application): string | undefined {
  return app.metadata.ownerReferences?.find(({ kind, controller }) => kind === "ApplicationSet" && controller)?.name;
}

function shortRevision(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : revision;
}

function lastMessage(app: Application): string {
  const condition = app.status?.conditions?.at(-1)?.message;
  return (condition ?? app.status?.operationState?.message ?? "").split("\n")[0] ?? "";
}
