import { afterAll, beforeAll, expect, it } from "vitest";
import { type Api, apiOf } from "../../support/api.ts";
import { type Embedded, startEmbedded } from "./embedded.ts";

const older = "/api/v1/namespaces/default/events";
const newer = "/apis/events.k8s.io/v1/namespaces/default/events";
const pod = { apiVersion: "v1", kind: "Pod", name: "web", namespace: "default" };

let embedded: Embedded;
let api: Api;

beforeAll(async () => {
  embedded = await startEmbedded();
  api = apiOf(embedded.kubeconfig);
});

afterAll(async () => {
  api.close();
  await embedded.close();
});

it("shows an event of the newer API in the older one, and finds it there", async () => {
  const metadata = { name: "new.1", namespace: "default" };
  const body = {
    metadata,
    regarding: pod,
    note: "hello",
    reason: "Tested",
    reportingController: "test/x",
    type: "Normal",
  };
  const created = await api.send("POST", newer, { body });
  expect(created.json).toMatchObject({ apiVersion: "events.k8s.io/v1", note: "hello", regarding: pod });
  const { json: read } = await api.send("GET", `${older}/new.1`);
  expect(read).toMatchObject({ apiVersion: "v1", message: "hello", involvedObject: pod, reportingComponent: "test/x" });
  const found = await api.send("GET", `${newer}?fieldSelector=regarding.name%3Dweb,reportingController%3Dtest/x`);
  expect(found.json.items).toHaveLength(1);
  const other = await api.send("GET", `${newer}?fieldSelector=regarding.name%3Dother`);
  expect(other.json.items).toHaveLength(0);
});

it("shows an event of the older API in the newer one, and deletes it there", async () => {
  const metadata = { name: "old.1", namespace: "default" };
  const body = {
    metadata,
    involvedObject: pod,
    message: "hello",
    reason: "Tested",
    count: 3,
    source: { component: "c" },
  };
  await api.send("POST", older, { body });
  const { json: read } = await api.send("GET", `${newer}/old.1`);
  expect(read).toMatchObject({ note: "hello", deprecatedCount: 3, deprecatedSource: { component: "c" } });
  expect((await api.send("DELETE", `${newer}/old.1`)).status).toBe(200);
  expect((await api.send("GET", `${older}/old.1`)).status).toBe(404);
});
