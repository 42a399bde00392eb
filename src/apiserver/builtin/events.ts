import type { KubeObject, SharedStorage } from "../resources.ts";

/** What the newer API of events calls the fields of the older one. */
const newerNames: readonly (readonly [newer: string, older: string])[] = [
  ["note", "message"],
  ["regarding", "involvedObject"],
  ["reportingController", "reportingComponent"],
  ["deprecatedSource", "source"],
  ["deprecatedFirstTimestamp", "firstTimestamp"],
  ["deprecatedLastTimestamp", "lastTimestamp"],
  ["deprecatedCount", "count"],
];

function renamed(object: KubeObject, apiVersion: string, names: ReadonlyMap<string, string>): KubeObject {
  const entries = Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]);
  return { ...Object.fromEntries(entries), apiVersion };
}

const older = new Map(newerNames);
const newer = new Map(newerNames.map(([name, before]) => [before, name]));

/** Events are one kind with two APIs: what is written through one is read through the other. */
export const coreEvents: SharedStorage = {
  group: "",
  plural: "events",
  toStored: (object) => renamed(object, "v1", older),
  fromStored: (object) => renamed(object, "events.k8s.io/v1", newer),
};
