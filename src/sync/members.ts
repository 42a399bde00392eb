import pLimit, { type LimitFunction } from "p-limit";
import type { ApplicationDestination } from "../../crds/application.ts";
import type { Clock } from "../base/clock.ts";
import { systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { silentLog } from "../base/log.ts";
import type { KubeClient } from "../kube/client.ts";
import type { ClusterSecret } from "../kube/cluster-secret.ts";
import {
  connectionFromSecret,
  inClusterName,
  inClusterServer,
  readClusterSecret,
  secretField,
} from "../kube/cluster-secret.ts";
import type { Connection } from "../kube/connection.ts";
import type { KubeObject } from "../kube/objects.ts";
import type { KubeClientOptions } from "../kube/rest-client.ts";
import { openKubeClient } from "../kube/rest-client.ts";
import { InvalidSpecError } from "./errors.ts";
import type { Member, MemberFailure, PooledMemberOptions } from "./member.ts";
import { PooledMember } from "./member.ts";

export interface MemberPoolOptions {
  /** The cluster Secrets there are now. */
  readonly secrets: () => Iterable<KubeObject>;
  /** The hub's own client, for the destination in-cluster. */
  readonly hub: KubeClient;
  /** How the hub is reached when a Secret of in-cluster gives no credentials. */
  readonly hubConnection?: Connection;
  /** Calls at one time to all members, and to one. Default 64 and 8. */
  readonly maxCalls?: number;
  readonly maxCallsPerMember?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly log?: Log;
  readonly client?: KubeClientOptions;
  /** Told of a member that is there again. */
  readonly onRecovered?: (member: { readonly name: string; readonly server: string }) => void;
}

/** The members by destination, each with one pool of connections that lives as long as its registration does not change. */
export class MemberPool {
  readonly #options: MemberPoolOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limit: LimitFunction;
  readonly #members = new Map<string, PooledMember>();
  /** Reading a Secret anew for each of thousands of lookups would cost more than the rest of a reconcile. */
  readonly #read = new WeakMap<KubeObject, ClusterSecret>();

  constructor(options: MemberPoolOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
    this.#limit = pLimit(options.maxCalls ?? 64);
  }

  /**
   * The member of a destination. Throws InvalidSpecError for a destination that names none or several, and ConnectionError
   * for one whose Secret can't be used.
   */
  member(destination: ApplicationDestination): Member {
    const secret = this.#find(destination);
    if (secret === undefined) return this.#hub();
    const server = this.#cluster(secret).server;
    const key = `${server} ${secret.metadata.namespace ?? ""}/${secret.metadata.name}`;
    const material = `${server}\0${secretField(secret, "config") ?? ""}`;
    const known = this.#members.get(key);
    if (known !== undefined && known.material === material) {
      known.cluster = this.#cluster(secret);
      return known;
    }
    const { connection, warnings } = connectionFromSecret(secret, this.#options.hubConnection);
    for (const warning of warnings) this.#log.warn(warning, { cluster: this.#cluster(secret).name });
    this.#drop(key, known);
    const cluster = this.#cluster(secret);
    const client = openKubeClient(connection, { clock: this.#clock, ...this.#options.client });
    const member = new PooledMember({ name: cluster.name, client, cluster, material, ...this.#shared() });
    this.#members.set(key, member);
    return member;
  }

  /** Whether the member is still in use: one that was registered anew or removed has its connections closed. */
  isCurrent(member: Member): boolean {
    for (const known of this.#members.values()) if (known === member) return true;
    return false;
  }

  /** Whether the destination names a cluster that is registered, or the hub. */
  has(destination: ApplicationDestination): boolean {
    try {
      this.#find(destination);
      return true;
    } catch (error: unknown) {
      if (error instanceof InvalidSpecError) return false;
      throw error;
    }
  }

  /** The members that can't be reached now, by name. */
  unreachable(): MemberFailure[] {
    const failures = [...this.#members.values()].flatMap((member) => member.failure ?? []);
    return failures.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Ends the connections to clusters that are not registered any more. */
  async prune(): Promise<void> {
    const registered = new Set(
      [...this.#options.secrets()].map(
        (secret) => `${this.#cluster(secret).server} ${secret.metadata.namespace ?? ""}/${secret.metadata.name}`,
      ),
    );
    for (const [key, member] of this.#members) {
      if (key === inClusterServer || registered.has(key)) continue;
      this.#members.delete(key);
      await member.client.close();
    }
  }

  async close(): Promise<void> {
    const members = [...this.#members].filter(([key]) => key !== inClusterServer);
    this.#members.clear();
    await Promise.all(members.map(([, member]) => member.client.close()));
  }

  #find(destination: ApplicationDestination): KubeObject | undefined {
    const { name = "", server: url = "" } = destination;
    const server = url.replace(/\/+$/, "");
    const field = name === "" ? "spec.destination.server" : "spec.destination.name";
    if (name !== "" && server !== "") {
      throw new InvalidSpecError("the destination has both name and server", {
        details: { field: "spec.destination", remedy: "keep one of them" },
      });
    }
    if (name === "" && server === "") {
      throw new InvalidSpecError("the destination has neither name nor server", {
        details: { field: "spec.destination", remedy: "set one of them" },
      });
    }
    const isWanted = (cluster: ClusterSecret) => (name === "" ? cluster.server === server : cluster.name === name);
    const found = [...this.#options.secrets()].filter((secret) => isWanted(this.#cluster(secret)));
    if (found.length === 1) return found[0];
    if (found.length === 0 && (name === inClusterName || server === inClusterServer)) return undefined;
    const wanted = name === "" ? `server ${server}` : `name ${JSON.stringify(name)}`;
    const problem = found.length === 0 ? "there is no cluster" : `there are ${found.length} clusters`;
    const remedy = found.length === 0 ? "register the cluster by a Secret" : "keep one Secret for each cluster";
    throw new InvalidSpecError(`${problem} of the ${wanted} that the destination names`, {
      details: { field, remedy },
    });
  }

  #cluster(secret: KubeObject): ClusterSecret {
    const known = this.#read.get(secret);
    if (known !== undefined) return known;
    const cluster = readClusterSecret(secret);
    this.#read.set(secret, cluster);
    return cluster;
  }

  #hub(): Member {
    const known = this.#members.get(inClusterServer);
    if (known !== undefined) return known;
    const member = new PooledMember({
      ...{ name: inClusterName, client: this.#options.hub, cluster: undefined, material: "" },
      ...this.#shared(),
    });
    this.#members.set(inClusterServer, member);
    return member;
  }

  #shared(): Pick<PooledMemberOptions, "all" | "own" | "clock" | "random" | "log" | "onRecovered"> {
    return {
      all: this.#limit,
      own: pLimit(this.#options.maxCallsPerMember ?? 8),
      clock: this.#clock,
      random: this.#options.random ?? Math.random,
      log: this.#log,
      onRecovered: this.#options.onRecovered ?? (() => undefined),
    };
  }

  #drop(key: string, member: PooledMember | undefined): void {
    if (member === undefined) return;
    this.#members.delete(key);
    member.client.close().catch((error: unknown) => this.#log.warn("connections could not be closed", { error }));
  }
}
