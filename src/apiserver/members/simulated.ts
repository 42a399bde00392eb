import type { ResourceName } from "../cluster-handle.ts";
import type { KubeObject } from "../resources.ts";
import type { Fields } from "../table/fields.ts";

/** What a simulated kind knows when it says how an object is doing. */
export interface Situation {
  readonly nowMs: number;
  /** True once the delay is over that things take here. */
  readonly isDone: boolean;
  /** True for an object that is to fail. */
  readonly isFailing: boolean;
  readonly nodeName: string;
}

/** A kind whose objects come to life on a simulated member. */
export interface SimulatedKind {
  readonly resource: ResourceName;
  readonly kind: string;
  /** What, when it changes, starts the object anew; its generation unless said otherwise. */
  readonly marker?: (object: KubeObject) => string;
  /** True for an object that was brought up before, by an earlier run of the process. */
  readonly isSettled: (object: KubeObject) => boolean;
  /** The status it has now; what is equal to the present one is not written. */
  readonly status: (object: KubeObject, situation: Situation) => Fields;
  /** A change outside the status that comes first, such as the volume of a claim. */
  readonly change?: (object: KubeObject) => KubeObject;
  /** How many pods it has, and what they are like. */
  readonly pods?: PodSource;
}

export interface PodSource {
  readonly count: (object: KubeObject) => number;
  /** Names of pods by index: `web-0` for a StatefulSet, random letters for others. */
  readonly podName: (object: KubeObject, index: number) => string;
}

export const simulateAnnotation = "fleetset.io/simulate";
