import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidError, UsageError } from "../../src/base/errors.ts";
import { clusterWarnings, inventoryPorts } from "../../src/inputs/directory.ts";
import { readInventory } from "../../src/inputs/inventory.ts";
import { fakePorts } from "../support/ports.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetset-inventory-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(files: { readonly [path: string]: string }) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return readInventory([folder]);
}

const secret = (name: string, more = "") => `apiVersion: v1
kind: Secret
metadata:
  name: ${name}
  namespace: argocd
  labels: { argocd.argoproj.io/secret-type: cluster }
${more}`;

describe("readInventory", () => {
  it("reads YAML and JSON at any depth, takes lists apart and leaves other files alone", () => {
    const { entries, warnings } = put({
      "b.yaml": `${secret("two")}---\n${secret("one")}`,
      "deep/er/a.json": JSON.stringify({
        apiVersion: "v1",
        kind: "ConfigMapList",
        items: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } }],
      }),
      "notes.txt": ": [",
      ".hidden/x.yaml": "a: [",
    });
    expect(entries.map(({ object }) => `${object.kind} ${object.metadata.name}`)).toEqual([
      "ConfigMap c",
      "Secret one",
      "Secret two",
    ]);
    expect(entries[1]).toMatchObject({ file: join(folder, "b.yaml"), line: 8 });
    expect(warnings).toEqual([]);
  });

  it("uses the later of two objects with one name, and says so", () => {
    const { entries, warnings } = put({
      "a.yaml": secret("x"),
      "b.yaml": secret("x", "stringData: { name: later }\n"),
    });
    expect(entries).toHaveLength(1);
    expect(entries[0]?.object.stringData).toEqual({ name: "later" });
    expect(warnings[0]).toContain("Secret argocd/x stands in");
  });

  it("leaves out what is no object, and says so", () => {
    const { entries, warnings } = put({ "kustomization.yaml": "resources: [a]\n", "a.yaml": "- 1\n" });
    expect(entries).toEqual([]);
    expect(warnings).toHaveLength(2);
  });

  it("fails with file and line on what is no YAML", () => {
    expect(() => put({ "a.yaml": "a: 1\nb: [\n" })).toThrow(InvalidError);
    expect(() => put({ "a.yaml": "a: 1\nb: [\n" })).toThrow(/a\.yaml, line \d+/);
  });

  it("fails on a path that is not there", () => {
    expect(() => readInventory([join(folder, "nope")])).toThrow(UsageError);
  });
});

describe("inventoryPorts", () => {
  const remotes = fakePorts();

  it("gives clusters by the names of their Secrets, of the namespace asked for or of none", async () => {
    const inventory = put({
      "a.yaml": [
        secret("b", "stringData: { name: east, server: https://b }\n"),
        secret(
          "a",
          `data: { name: ${Buffer.from("west").toString("base64")}, server: ${Buffer.from("https://a").toString("base64")} }\n`,
        ),
        secret("c").replace("  namespace: argocd\n", ""),
        secret("d").replace("namespace: argocd", "namespace: other"),
        secret("e").replace("secret-type: cluster", "secret-type: repository"),
      ].join("---\n"),
    });
    const { items, completeness } = await inventoryPorts(inventory, remotes).clusters.list("argocd");
    expect(completeness).toBe("complete");
    expect(items.map(({ name, server, source }) => [name, server, source])).toEqual([
      ["", "", "Secret c"],
      ["west", "https://a", "Secret argocd/a"],
      ["east", "https://b", "Secret argocd/b"],
    ]);
  });

  it("knows projects, ConfigMaps and custom resources", async () => {
    const decision = (name: string, env: string) =>
      `apiVersion: example.com/v1\nkind: Policy\nmetadata: { name: ${name}, namespace: argocd, labels: { env: ${env} } }\n`;
    const { projects, objects } = inventoryPorts(
      put({
        "p.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: { name: retail, namespace: argocd }\n",
        "c.yaml":
          "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: plug, namespace: argocd }\ndata: { baseUrl: http://x }\n",
        "d.yaml": [decision("b", "prod"), decision("a", "prod"), decision("c", "dev")].join("---\n"),
      }),
      remotes,
    );
    expect(await Promise.all(["default", "retail", "nope"].map((name) => projects.has(name, "argocd")))).toEqual([
      true,
      true,
      false,
    ]);
    expect(await projects.has("retail", "other")).toBe(false);
    expect(await objects.configMap("plug", "argocd")).toEqual({ baseUrl: "http://x" });
    expect(await objects.configMap("nope", "argocd")).toBeUndefined();
    const query = { apiVersion: "example.com/v1", plural: "policies", namespace: "argocd" };
    const named = async (more: object) =>
      (await objects.list({ ...query, ...more })).items.map(({ metadata }) => metadata.name);
    expect(await named({})).toEqual(["a", "b", "c"]);
    expect(await named({ name: "b" })).toEqual(["b"]);
    expect(await named({ selector: { matchLabels: { env: "prod" } } })).toEqual(["a", "b"]);
    expect(await named({ apiVersion: "example.com/v2" })).toEqual([]);
  });
});

describe("clusterWarnings", () => {
  it("names the Secret and what is wrong, and shows no part of a credential", () => {
    const warnings = clusterWarnings(
      put({
        "a.yaml": [
          secret("fine", "stringData: { name: a, server: https://a, config: '{}' }\n"),
          secret("bare"),
          secret("broken", 'stringData: { name: b, server: https://b, config: \'{"bearerToken": "s3cret",,}\' }\n'),
          secret("list", "stringData: { name: c, server: https://c, config: '[]' }\n"),
        ].join("---\n"),
      }),
    );
    expect(warnings.map((warning) => warning.replace(/^.*line \d+: /, ""))).toEqual([
      "Secret argocd/bare has no name",
      "Secret argocd/bare has no server",
      expect.stringMatching(/^Secret argocd\/broken has a config that is no JSON/),
      "Secret argocd/list has a config that is no JSON object",
    ]);
    expect(warnings.join()).not.toContain("s3cret");
  });
});
