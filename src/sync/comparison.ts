import type { AppProject } from "../../crds/app-project.ts";
import type { KubeObject } from "../kube/objects.ts";
import type { Comparison } from "./compare.ts";
import { compareExtra, compareTarget } from "./compare.ts";
import type { SyncEngine } from "./engine.ts";
import { InvalidSpecError } from "./errors.ts";
import { extrasOf, inventoryOf } from "./inventory.ts";
import type { LiveApplication } from "./live-application.ts";
import { refreshAnnotation, sourcesOf } from "./live-application.ts";
import { readSource } from "./manifests.ts";
import type { Member } from "./member.ts";
import type { Target } from "./targets.ts";
import { makeTargets } from "./targets.ts";
import { instanceName, resourceKeyText } from "./tracking.ts";

/** How an Application stands: what is wanted, what is there, and how they differ. Only ever whole. */
export interface WholeComparison {
  readonly member: Member;
  readonly project: AppProject | undefined;
  /** The commits, in the order of the sources. */
  readonly revisions: readonly string[];
  readonly targets: readonly Target[];
  /** Ordered by key. */
  readonly comparisons: readonly Comparison[];
  readonly repeated: readonly string[];
}

/**
 * Compares an Application with its member. Fails as a whole when anything could not be read, so that nothing is ever taken
 * for absent that was only not seen. `revisions` pins the sources to commits.
 */
export async function compareApplication(
  app: LiveApplication,
  engine: SyncEngine,
  signal: AbortSignal,
  revisions?: readonly string[],
): Promise<WholeComparison> {
  const project = projectOf(app, engine);
  const member = engine.members.member(app.spec.destination);
  const sources = await readSources(app, engine, signal, revisions);
  const instance = instanceName(app.metadata, engine.controlNamespace);
  const destinationNamespace = app.spec.destination.namespace ?? "";
  const objects = sources.flatMap((source) => source.objects);
  const { targets, repeated } = await makeTargets(objects, { member, instance, destinationNamespace, signal });
  const context = { member, instance, memory: engine.memory, signal };
  const extras = extrasOf(inventoryOf(app.status), targets);
  const [compared, unwanted] = await Promise.all([
    Promise.all(targets.map((target) => compareTarget(target, context))),
    Promise.all(extras.map((remembered) => compareExtra(remembered, context))),
  ]);
  const comparisons = [...compared, ...unwanted.filter((one) => one !== undefined)].sort(byKey);
  return { member, project, revisions: sources.map(({ revision }) => revision), targets, comparisons, repeated };
}

function byKey(a: Comparison, b: Comparison): number {
  return resourceKeyText(a.key) < resourceKeyText(b.key) ? -1 : 1;
}

function projectOf(app: LiveApplication, engine: SyncEngine): AppProject | undefined {
  const name = app.spec.project === "" ? "default" : app.spec.project;
  const project = engine.project(name);
  if (project !== undefined || name === "default") return project;
  throw new InvalidSpecError(`there is no project ${JSON.stringify(name)}`, {
    details: { field: "spec.project", remedy: "make the AppProject, or name one that exists" },
  });
}

async function readSources(
  app: LiveApplication,
  engine: SyncEngine,
  signal: AbortSignal,
  revisions: readonly string[] | undefined,
): Promise<readonly { readonly revision: string; readonly objects: readonly KubeObject[] }[]> {
  const sources = sourcesOf(app);
  if (sources.length === 0) {
    throw new InvalidSpecError("the Application has no source", {
      details: { field: "spec.source", remedy: "set spec.source or spec.sources" },
    });
  }
  const refresh = app.metadata.annotations?.[refreshAnnotation];
  return Promise.all(
    sources.map((source, index) => {
      const pinned = revisions?.[index];
      return readSource(source, engine.reader, {
        project: app.spec.project,
        refresh: refresh !== undefined,
        hard: refresh === "hard",
        signal,
        ...(pinned === undefined || pinned === "" ? {} : { revision: pinned }),
      });
    }),
  );
}
