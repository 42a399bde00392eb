import { describe, expect, it } from "vitest";
import { RenderError } from "../../src/base/errors.ts";
import { requeueAfterSeconds } from "../../src/render/expand.ts";
import { generate } from "../../src/render/generate.ts";
import { checkReferences, readReferences, validationError } from "../../src/render/validate.ts";
import { makeApp, makeSet } from "../support/make.ts";
import { fakePorts, makeCluster } from "../support/ports.ts";

const template = (metadata: object, spec: object = {}) => ({
  metadata,
  spec: { project: "default", destination: { server: "https://kubernetes.default.svc" }, ...spec },
});

const list = (...elements: object[]) => ({ list: { elements } });

async function applicationsOf(spec: object) {
  const { applications } = await generate(makeSet(spec), fakePorts());
  return applications.map(({ application }) => application);
}

async function failureOf(spec: object): Promise<RenderError> {
  const error: unknown = await applicationsOf(spec).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(RenderError);
  return error as RenderError;
}

describe("generate", () => {
  it("shares what no row decides, and lets nobody change it", async () => {
    const spec = {
      generators: [list({ n: "a" }, { n: "b" })],
      template: template({ name: "{{n}}" }, { syncPolicy: { automated: {}, syncOptions: ["A=b"] } }),
    };
    const [a, b] = await applicationsOf(spec);
    expect(a?.spec.syncPolicy).toBe(b?.spec.syncPolicy);
    expect(a?.metadata.finalizers).toBe(b?.metadata.finalizers);
    expect(Object.isFrozen(a?.spec.syncPolicy?.syncOptions)).toBe(true);
    expect(a?.metadata).not.toBe(b?.metadata);
  });

  it("writes apiVersion and kind, and the set's namespace over any other", async () => {
    const spec = { generators: [list({ n: "a" })], template: template({ name: "{{n}}", namespace: "elsewhere" }) };
    expect((await applicationsOf(spec))[0]).toMatchObject({
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: "a", namespace: "argocd", finalizers: ["resources-finalizer.argocd.argoproj.io"] },
    });
  });

  it("gives nothing for no row, whatever the template says", async () => {
    expect(await applicationsOf({ generators: [list()], template: template({ name: "{{a}} {{b" }) })).toEqual([]);
  });

  it.each([
    ["flat", {}],
    ["Go", { goTemplate: true, goTemplateOptions: ["missingkey=error"] }],
    ["Handlebars", { fleet: { engine: "handlebars" } }],
  ])("names field, line and row of a text that does not render: %s", async (_engine, engine) => {
    const broken = _engine === "flat" ? "{{n}}\n{{n" : _engine === "Go" ? "x\n{{ .nope }}" : "x\n{{nope}}";
    const spec = {
      ...engine,
      generators: [list({ n: "a" }, { n: "b" })],
      template: template({ name: "x", labels: { "a.b/c": broken } }),
    };
    const { details, message } = await failureOf(spec);
    expect(details).toMatchObject({ field: "spec.template.metadata.labels[a.b/c]", line: 2 });
    expect(details.row).toMatch(/^element [0-9a-f]{12}$/);
    expect(message).toMatch(/row of element 0/);
  });

  it("renders with Handlebars on parameters that keep their types", async () => {
    const spec = {
      fleet: { engine: "handlebars" },
      generators: [{ matrix: { generators: [{ clusters: {} }, list({ app: "web", replicas: 3, ha: true })] } }],
      template: template({
        name: "{{nameNormalized}}-{{app}}",
        labels: { ha: "{{#if ha}}{{replicas}}{{else}}1{{/if}}", zone: '{{default metadata.labels.zone "none"}}' },
      }),
      templatePatch: "{{#if (gt replicas 1)}}\nmetadata:\n  annotations: { replicas: '{{replicas}}' }\n{{/if}}\n",
    };
    const { applications } = await generate(makeSet(spec), fakePorts({ clusters: [makeCluster("eu", { zone: "a" })] }));
    expect(applications.map(({ application }) => application.metadata)).toMatchObject([
      { name: "eu-web", labels: { ha: "3", zone: "a" }, annotations: { replicas: "3" } },
      { name: "in-cluster-web", labels: { ha: "3", zone: "none" } },
    ]);
  });

  it("keeps what a template changes in one row from the others", async () => {
    const spec = {
      goTemplate: true,
      generators: [{ matrix: { generators: [list({ n: "a" }, { n: "b" }), list({ shared: { count: "0" } })] } }],
      template: template({ name: '{{ .n }}-{{ .shared.count }}{{ $_ := set .shared "count" "1" }}' }),
    };
    expect((await applicationsOf(spec)).map((app) => app.metadata.name)).toEqual(["a-0", "b-0"]);
  });

  it("keeps what a generator's text changes from the set itself", async () => {
    const shared = { count: "0" };
    const inner = list({ x: '{{ $_ := set .shared "count" "1" }}{{ .n }}' });
    const generators = [{ matrix: { generators: [list({ n: "a", shared }), inner] } }];
    await applicationsOf({ goTemplate: true, generators, template: template({ name: "{{ .x }}" }) });
    expect(shared).toEqual({ count: "0" });
  });

  it("says that a function of chance was used", async () => {
    const spec = (name: string) =>
      makeSet({ goTemplate: true, generators: [list({ n: "a" })], template: template({ name }) });
    expect((await generate(spec("{{ uuidv4 }}"), fakePorts())).nonDeterministic).toBe(true);
    expect((await generate(spec("{{ .n }}"), fakePorts())).nonDeterministic).toBe(false);
    const values = makeSet({ goTemplate: true, generators: [{ clusters: { values: { id: "{{ uuidv4 }}" } } }] });
    expect((await generate(values, fakePorts())).nonDeterministic).toBe(true);
  });

  it("fails a set that generates more than it may", async () => {
    const spec = {
      fleet: { limits: { maxApplications: 2 } },
      generators: [list({ n: "a" }, { n: "b" }, { n: "c" })],
      template: template({ name: "{{n}}" }),
    };
    await expect(applicationsOf(spec)).rejects.toThrow("allows 2");
  });

  it("stops when it is told to", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(generate(makeSet({ generators: [list({ n: "a" })] }), fakePorts(), { signal })).rejects.toThrow(
      "enough",
    );
  });
});

describe("templatePatch", () => {
  const patched = (templatePatch: string, elements: object[] = [{ n: "a" }]) =>
    applicationsOf({
      generators: [list(...elements)],
      template: template({ name: "{{n}}", labels: { l: "1" } }),
      templatePatch,
    });

  it.each(["", "# only a comment", "{}", "null", "   \n"])("%j changes nothing", async (text) => {
    expect((await patched(text))[0]).toEqual((await patched("# nothing"))[0]);
  });

  it("cannot move an Application to another project, namespace or kind", async () => {
    const [app] = await patched(
      "kind: Secret\napiVersion: v1\nmetadata: {namespace: kube-system}\nspec: {project: admin}",
    );
    expect(app).toMatchObject({
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { namespace: "argocd" },
      spec: { project: "default" },
    });
  });

  it("does not let a patch claim ownership", async () => {
    const [app] = await patched("metadata: {ownerReferences: [{kind: X, name: y, uid: z}], uid: u}");
    expect(Object.keys(app?.metadata ?? {}).sort()).toEqual(["finalizers", "labels", "name", "namespace"]);
  });

  it.each([
    ["- a", "is a list"],
    ["text", "is no map"],
    ["a: [", "renders to no YAML"],
    ['{"a": 1,}', "renders to no JSON"],
    ["spec: {sources: {}}", "does not fit an Application: spec.sources is a map where a list is needed"],
    ["spec: {$patch: bad}", "cannot be merged"],
  ])("%s: %s", async (text, message) => {
    const error: unknown = await patched(text).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RenderError);
    expect((error as RenderError).message).toContain(`spec.templatePatch ${message}`);
    expect((error as RenderError).details.field).toBe("spec.templatePatch");
  });
});

describe("names", () => {
  const generated = (...names: string[]) =>
    generate(
      makeSet({ generators: [list(...names.map((n) => ({ n })))], template: template({ name: "{{n}}" }) }),
      fakePorts(),
    );

  it("takes out every copy of a name that is used twice, and Applications without one", async () => {
    const { invalid, applications } = await generated("a", "b", "a", "");
    expect(applications).toHaveLength(4);
    expect(invalid).toMatchObject([
      { namespace: "argocd", name: "", reason: "NoName" },
      { namespace: "argocd", name: "a", reason: "DuplicateName" },
    ]);
    expect(validationError(invalid)?.message).toMatch(/2 Applications named a.*\(and 1 more\)$/);
    expect(validationError([])).toBeUndefined();
  });

  it("warns about names that no API server takes", async () => {
    const { warnings, invalid } = await generated("Web", "ok", "a_b");
    expect(invalid).toEqual([]);
    expect(warnings[0]?.message).toContain('"Web", "a_b"');
  });
});

describe("references", () => {
  it.each([
    [{ project: "default", destination: { name: "eu" } }, undefined],
    [{ project: "", destination: { server: "https://eu.example.com/" } }, undefined],
    [{ destination: { name: "in-cluster" } }, undefined],
    [{ destination: { server: "https://kubernetes.default.svc" } }, undefined],
    [{ project: "nope", destination: { name: "eu" } }, "MissingProject"],
    [{ destination: { name: "eu", server: "https://eu.example.com" } }, "InvalidDestination"],
    [{ destination: {} }, "InvalidDestination"],
    [{ destination: { name: "us" } }, "InvalidDestination"],
    [{ destination: { name: "twin" } }, "InvalidDestination"],
    [{ destination: { server: "https://us.example.com" } }, "InvalidDestination"],
  ])("%j: %s", async (spec, reason) => {
    const clusters = [makeCluster("eu"), makeCluster("twin"), makeCluster("twin")];
    const references = await readReferences(fakePorts({ clusters }), "argocd");
    const [found] = await checkReferences([makeApp("a", spec)], references);
    expect(found?.reason).toBe(reason);
  });
});

describe("requeueAfterSeconds", () => {
  const git = (seconds?: number) => ({
    git: { repoURL: "u", revision: "r", ...(seconds === undefined ? {} : { requeueAfterSeconds: seconds }) },
  });
  it.each([
    [[list()], undefined],
    [[git()], 180],
    [[git(0)], undefined],
    [[git(60), git(30), list()], 30],
    [
      [{ matrix: { generators: [{ clusters: {} }, { merge: { mergeKeys: ["a"], generators: [git(90), git(45)] } }] } }],
      45,
    ],
    [[{ pullRequest: {} }], 1800],
    [[{ clusterDecisionResource: { configMapRef: "c" } }], 180],
  ])("%j: %s", (generators, seconds) => {
    expect(requeueAfterSeconds(makeSet({ generators }))).toBe(seconds);
  });
});
