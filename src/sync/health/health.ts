import type { KubeObject } from "../../kube/objects.ts";

/** From best to worst, as Argo CD orders them. */
export const healthCodes = ["Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown"] as const;

export type HealthCode = (typeof healthCodes)[number];

export interface Health {
  readonly status: HealthCode;
  readonly message?: string;
}

/** Tells the health of objects of one kind. */
export type HealthCheck = (object: KubeObject) => Health;

export const healthy: Health = { status: "Healthy" };

export function progressing(message: string): Health {
  return { status: "Progressing", message };
}

export function degraded(message: string): Health {
  return { status: "Degraded", message };
}

/** The worse of two. */
export function worse(a: HealthCode, b: HealthCode): HealthCode {
  return healthCodes.indexOf(a) >= healthCodes.indexOf(b) ? a : b;
}

type Fields = { readonly [key: string]: unknown };

/** The own value at a path of an object that anyone may have written; undefined where something is missing. */
export function at(object: unknown, ...path: readonly string[]): unknown {
  let value = object;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Fields)[key];
  }
  return value;
}

export function numberAt(object: unknown, ...path: readonly string[]): number | undefined {
  const value = at(object, ...path);
  return typeof value === "number" ? value : undefined;
}

export function textAt(object: unknown, ...path: readonly string[]): string | undefined {
  const value = at(object, ...path);
  return typeof value === "string" ? value : undefined;
}

export function listAt(object: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? value : [];
}

export interface ObjectCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** `status.conditions` of an object, in their order. */
export function conditionsOf(object: KubeObject): readonly ObjectCondition[] {
  return listAt(object, "status", "conditions").map((condition) => ({
    type: textAt(condition, "type") ?? "",
    status: textAt(condition, "status") ?? "",
    reason: textAt(condition, "reason") ?? "",
    message: textAt(condition, "message") ?? "",
  }));
}

/** Whether the controller of an object has seen its present spec. */
export function isObserved(object: KubeObject): boolean {
  return (object.metadata.generation ?? 0) <= (numberAt(object, "status", "observedGeneration") ?? 0);
}
