import { openLog } from "../../base/log.ts";
import { applicationColumns } from "../application-columns.ts";
import type { CommandContext } from "../command.ts";
import { listFleet } from "../fleet.ts";
import { type Io, note, write } from "../io.ts";
import { printObjects } from "../print.ts";
import type { DemoCluster } from "./names.ts";
import { demoNames } from "./names.ts";
import {
  applySet,
  commitApps,
  commitNewApp,
  expectedNames,
  isHealthy,
  listApplications,
  problemsOfSet,
  registerCluster,
  relabelCluster,
  waitForApplications,
  waitForHealthy,
} from "./steps.ts";
import { ExpectationError, InterruptedError, waitFor } from "./wait.ts";
import { type DemoWorld, startDemoWorld } from "./world.ts";

export interface DemoRequest {
  /** Stay up after the story, until Ctrl-C. */
  readonly keep: boolean;
  readonly verbose: boolean;
}

/** Tells the whole story on a hub of its own. Gives the exit code; what does not come about is thrown. */
export async function runDemo(context: CommandContext, { keep, verbose }: DemoRequest): Promise<number> {
  const { io, config, version, signal } = context;
  const started = performance.now();
  const log = openLog({ level: verbose ? "info" : "error", write: (line) => io.stderr.write(line) });
  const { gitEnvironment } = config;
  const world = await startDemoWorld({ names: demoNames, log, version, gitEnvironment, signal });
  try {
    await tellStory(io, world, started);
    if (keep) await stayUp(context, world);
    return 0;
  } catch (error: unknown) {
    if (error instanceof ExpectationError) await tellSet(io, world);
    if (!(error instanceof InterruptedError)) throw error;
    note(io, "ended before the story was told");
    return 130;
  } finally {
    await world.close();
  }
}

/** What the set itself says is wrong: most often why an expectation did not come true. */
async function tellSet(io: Io, world: DemoWorld): Promise<void> {
  for (const message of await problemsOfSet(world)) note(io, `ApplicationSet ${world.names.set} says: ${message}`);
}

type Teller = (text: string) => void;

/** Carries the steps out one after the other and says what became of each. Throws an ExpectationError for what did not. */
export async function tellStory(io: Io, world: DemoWorld, started: number): Promise<void> {
  const { names } = world;
  let number = 0;
  const step: Teller = (text) => io.stdout.write(`\n${(number += 1)}. ${text}\n`);
  const tell: Teller = (text) => io.stdout.write(`   ${text}\n`);

  step(`A hub and ${names.clusters.length} simulated member clusters on loopback`);
  for (const cluster of names.clusters) await registerCluster(world, cluster);
  tell(`${world.hub.server.url}: ${names.clusters.map(({ name, labels }) => `${name} (${labels.env})`).join(", ")}`);

  step("A git repository with three apps, one of them with a directory for each environment");
  tell(`${world.repository.url} main at ${(await commitApps(world)).slice(0, 7)}`);

  step(`One ApplicationSet: clusters × git directories`);
  await applySet(world);
  const first = expectedNames(names, names.clusters);
  const generated = await waitForApplications(world, first);
  tell(`${generated.length} Applications generated: ${shorten(first)}`);

  step("The fan-out: every Application is applied to its member");
  await fanOut(io, tell, world, first);

  step(`A new cluster is registered: ${names.newCluster.name}`);
  const onboarded = await timed(async () => {
    await registerCluster(world, names.newCluster);
    return waitForHealthy(world, expectedNames(names, allClusters(world)));
  });
  tell(`its Applications appeared and are healthy after ${onboarded.seconds} s`);

  step(`A commit adds the app ${names.newApp}`);
  const rolledOut = await timed(async () => {
    await commitNewApp(world);
    return waitForHealthy(world, expectedNames(names, allClusters(world), [names.newApp]));
  });
  tell(`it runs on all ${allClusters(world).length} clusters after ${rolledOut.seconds} s`);

  await relabel(world, step, tell);

  step(`The fleet, ${seconds(started)} s after the start`);
  await printFleet(io, world);
}

async function fanOut(io: Io, tell: Teller, world: DemoWorld, wanted: readonly string[]): Promise<void> {
  let shown = -1;
  const { seconds: took } = await timed(() =>
    waitForHealthy(world, wanted, (apps) => {
      const healthy = (apps as unknown as Parameters<typeof isHealthy>[0][]).filter(isHealthy).length;
      if (healthy === shown) return;
      shown = healthy;
      if (io.stderr.isTTY) io.stderr.write(`\r\x1b[K   ${healthy} of ${wanted.length} Synced and Healthy`);
    }),
  );
  if (io.stderr.isTTY) io.stderr.write("\r\x1b[K");
  tell(`${wanted.length} of ${wanted.length} Synced and Healthy after ${took} s`);
}

/** Moves one member to another environment: only what depends on that label may change. */
async function relabel(world: DemoWorld, step: Teller, tell: Teller): Promise<void> {
  const { names } = world;
  const [cluster] = names.clusters as [DemoCluster];
  const target = names.environments.find((env) => env !== cluster.labels.env) ?? "";
  step(`${cluster.name} moves from ${cluster.labels.env} to ${target}`);
  const before = new Map((await listApplications(world)).map((app) => [app.metadata.name, JSON.stringify(app.spec)]));
  const changing = `${names.overlayApp}-${cluster.name}`;
  await relabelCluster(world, cluster.name, target);
  const wanted = expectedNames(names, allClusters(world), [names.newApp]);
  const path = `environments/${target}/${names.overlayApp}`;
  const after = await waitForHealthyPath(world, { wanted, changing, path });
  const changed = after.filter((app) => before.get(app.metadata.name) !== JSON.stringify(app.spec));
  const found = changed.map(({ metadata }) => metadata.name);
  if (found.join() !== changing)
    throw new ExpectationError(`expected only ${changing} to change, but ${found.join(", ") || "nothing"} did`);
  tell(`one Application changed: ${changing} now comes from ${path}`);
}

interface PathChange {
  readonly wanted: readonly string[];
  readonly changing: string;
  readonly path: string;
}

async function waitForHealthyPath(world: DemoWorld, { wanted, changing, path }: PathChange) {
  await waitFor({
    ...world.patience,
    what: `Application ${changing} to come from ${path}`,
    read: () => listApplications(world),
    problem(apps) {
      const app = apps.find(({ metadata }) => metadata.name === changing);
      return app?.spec.source?.path === path ? undefined : `it comes from ${app?.spec.source?.path ?? "nowhere"}`;
    },
  });
  return waitForHealthy(world, wanted);
}

function allClusters({ names }: DemoWorld): readonly DemoCluster[] {
  return [...names.clusters, names.newCluster];
}

async function printFleet(io: Io, world: DemoWorld): Promise<void> {
  const fleet = await listFleet(world.client, { namespace: world.names.namespace });
  const columns = applicationColumns(Date.now(), fleet.clusterOf);
  await printObjects(io, fleet.applications, { format: "table", columns, resource: "application.argoproj.io" });
}

async function stayUp({ io, signal }: CommandContext, world: DemoWorld): Promise<void> {
  await world.hub.writeKubeconfig(world.kubeconfig);
  const [cluster] = world.names.clusters;
  const lines = [
    "",
    "All of it stays up until Ctrl-C. In another shell:",
    `  export KUBECONFIG=${world.kubeconfig}`,
    "  kubectl get applicationsets,applications -A",
    `  kubectl get deployments -A --context ${cluster?.name}`,
    `  kubectl label secret -n ${world.names.namespace} -l region=us-east-1 env=staging --overwrite`,
    "  fleetset list -o wide",
    "",
  ];
  await write(io.stdout, lines.join("\n"));
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  note(io, "ending");
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: string }> {
  const started = performance.now();
  const result = await work();
  return { result, seconds: seconds(started) };
}

function seconds(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}

function shorten(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 3).join(", ")}, … ${names.at(-1)}` : names.join(", ");
}
