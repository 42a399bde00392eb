import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { parseYaml } from "../../src/base/yaml.ts";
import { type Api, apiOf } from "../support/api.ts";
import { until } from "../support/clock.ts";

const real = inject("realServer");
const manifests = join(import.meta.dirname, "../../crds/manifests");
const vectors = join(import.meta.dirname, "../vectors/applicationset");
const sets = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applicationsets";
const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

interface Case {
  readonly name: string;
  readonly folder: string;
  readonly refusal: string | undefined;
}

function refusalOf(folder: string): string | undefined {
  const file = join(folder, "error.yaml");
  if (!existsSync(file)) return undefined;
  const { reason, message } = parseYaml(readFileSync(file, "utf8")) as { reason: string; message: string };
  return reason === "Invalid" ? message : undefined;
}

const cases: readonly Case[] = readdirSync(vectors, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith("appset.yaml"))
  .sort()
  .map((path) => {
    const folder = join(vectors, path, "..");
    return { name: path.replace(/\/appset\.yaml$/, ""), folder, refusal: refusalOf(folder) };
  });

describe.skipIf("missing" in real)("the CRDs on a real kube-apiserver", () => {
  let api: Api;

  beforeAll(async () => {
    if ("missing" in real) return;
    api = apiOf(real.kubeconfig);
    await api.send("POST", "/api/v1/namespaces", { body: { metadata: { name: "argocd" } } });
    for (const file of readdirSync(manifests).filter((name) => name.endsWith(".yaml"))) {
      const text = readFileSync(join(manifests, file), "utf8");
      const { metadata } = parseYaml(text) as { metadata: { name: string } };
      const headers = { "content-type": "application/apply-patch+yaml" };
      const answer = await api.send("PATCH", `${crds}/${metadata.name}?fieldManager=test`, { headers, body: text });
      expect(answer.status, answer.text.slice(0, 2000)).toBeLessThan(300);
    }
    await until(async () => (await api.send("GET", sets)).status === 200, "ApplicationSets are served");
  });

  afterAll(() => api?.close());

  it.each(["applications", "applicationsets", "appprojects"])("%s is structural and established", async (plural) => {
    const states = async () => {
      const { json } = await api.send("GET", `${crds}/${plural}.argoproj.io`);
      const conditions: { type: string; status: string }[] = json.status.conditions ?? [];
      return Object.fromEntries(conditions.map(({ type, status }) => [type, status]));
    };
    await until(async () => (await states()).Established === "True", `${plural} are established`);
    expect(await states()).toEqual({ NamesAccepted: "True", Established: "True" });
  });

  it.each(cases)("$name", async ({ folder, refusal }) => {
    const text = readFileSync(join(folder, "appset.yaml"), "utf8");
    const { metadata } = parseYaml(text) as { metadata: { name: string; namespace?: string } };
    const namespace = metadata.namespace ?? "argocd";
    if (namespace !== "argocd")
      await api.send("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
    const url = sets.replace("/argocd/", `/${namespace}/`);
    const created = await api.send("POST", `${url}?dryRun=All`, {
      headers: { "content-type": "application/yaml" },
      body: text,
    });
    if (refusal === undefined) {
      expect(created.status, created.text).toBe(201);
      return;
    }
    // A creation drops a null that the schema has no word for; server-side apply is refused for it.
    const headers = { "content-type": "application/apply-patch+yaml" };
    const apply = () =>
      api.send("PATCH", `${url}/${metadata.name}?fieldManager=test&dryRun=All`, { headers, body: text });
    const answer = created.status === 201 ? await apply() : created;
    expect(answer.status, answer.text).toBe(422);
    expect(answer.json.reason).toBe("Invalid");
    expect(answer.json.message).toContain(refusal);
  });
});
