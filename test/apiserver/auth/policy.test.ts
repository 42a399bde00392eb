import { expect, it } from "vitest";
import { type Attributes, pathAttributes, resourceAttributes } from "../../../src/apiserver/auth/attributes.ts";
import { Policy } from "../../../src/apiserver/auth/policy.ts";
import type { PolicyRule } from "../../../src/apiserver/auth/rules.ts";
import type { User } from "../../../src/apiserver/auth/user.ts";
import type { KubeObject } from "../../../src/apiserver/resources.ts";
import { ClusterStore } from "../../../src/apiserver/store/cluster-store.ts";
import { fc } from "../../support/properties.ts";

const group = "rbac.authorization.k8s.io";
const names = ["a", "b", "c"];
const namespaces = ["", "x", "y"];
const word = fc.constantFrom("get", "list", "pods", "pods/scale", "*/scale", "apps", "", "*");
const words = fc.array(word, { maxLength: 3 });
const rule: fc.Arbitrary<PolicyRule> = fc.oneof(
  fc.record({ verbs: words, apiGroups: words, resources: words, resourceNames: fc.subarray(names) }),
  fc.record({ verbs: words, nonResourceURLs: fc.subarray(["/a", "/a/*", "*", "/b*"]) }),
);
const subject = fc.oneof(
  fc.record({ kind: fc.constantFrom("User", "Group"), name: fc.constantFrom(...names) }),
  fc.record({
    kind: fc.constant("ServiceAccount"),
    name: fc.constantFrom(...names),
    namespace: fc.constantFrom("x", ""),
  }),
);
const change = fc.oneof(
  fc.record({
    do: fc.constant("role" as const),
    namespace: fc.constantFrom(...namespaces),
    name: fc.constantFrom(...names),
    rules: fc.array(rule, { maxLength: 3 }),
  }),
  fc.record({
    do: fc.constant("bind" as const),
    namespace: fc.constantFrom(...namespaces),
    name: fc.constantFrom(...names),
    kind: fc.constantFrom("Role", "ClusterRole"),
    role: fc.constantFrom(...names),
    subjects: fc.array(subject, { maxLength: 3 }),
  }),
  fc.record({
    do: fc.constantFrom("unrole" as const, "unbind" as const),
    namespace: fc.constantFrom(...namespaces),
    name: fc.constantFrom(...names),
  }),
);
const user: fc.Arbitrary<User> = fc.record({
  name: fc.constantFrom("a", "b", "system:serviceaccount:x:a", "system:serviceaccount:y:b"),
  groups: fc.subarray(names),
});
const asked: fc.Arbitrary<Attributes> = fc.oneof(
  fc
    .record({
      verb: fc.constantFrom("get", "list"),
      group: fc.constantFrom("", "apps"),
      resource: fc.constantFrom("pods", "nodes"),
      subresource: fc.constantFrom("", "scale"),
      name: fc.constantFrom("", "a", "b"),
      namespace: fc.constantFrom(...namespaces),
    })
    .map(resourceAttributes),
  fc.constantFrom("/a", "/a/b", "/b", "/bc", "/c").map((path) => pathAttributes("get", path)),
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function make(store: ClusterStore, one: Change): void {
  const isRole = one.do === "role" || one.do === "unrole";
  const plural = `${one.namespace === "" ? "cluster" : ""}${isRole ? "roles" : "rolebindings"}`;
  const resource = `${group}/${plural}`;
  const metadata = { name: one.name, ...(one.namespace !== "" && { namespace: one.namespace }) };
  const live = store.get(resource, one.namespace, one.name);
  if (one.do === "role") store.put(resource, { metadata, rules: one.rules });
  else if (one.do === "bind") {
    const { kind, role: name, subjects } = one;
    store.put(resource, { metadata, roleRef: { apiGroup: group, kind, name }, subjects });
  } else if (live !== undefined) store.remove(resource, live.object);
}

/** The rules of RBAC, read straight from the objects each time. */
function naive(store: ClusterStore, who: User, what: Attributes): boolean {
  const cluster = [...store.list(`${group}/clusterrolebindings`)];
  const own = what.namespace === "" ? [] : [...store.list(`${group}/rolebindings`, what.namespace)];
  return [...cluster, ...own].some(({ object, namespace }) => {
    const { roleRef, subjects } = object as KubeObject & {
      roleRef: { kind: string; name: string };
      subjects: Subject[];
    };
    const home = roleRef.kind === "Role" ? namespace : "";
    if (roleRef.kind === "Role" && home === "") return false;
    const stored = store.get(`${group}/${home === "" ? "clusterroles" : "roles"}`, home, roleRef.name);
    const rules = (stored?.object.rules ?? []) as readonly PolicyRule[];
    return subjects.some((one) => isNamed(one, namespace, who)) && rules.some((one) => naiveRule(one, what));
  });
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

function isNamed({ kind, name, namespace = "" }: Subject, home: string, who: User): boolean {
  if (kind === "Group") return who.groups.includes(name);
  if (kind === "User") return who.name === name;
  const own = namespace === "" ? home : namespace;
  return own !== "" && who.name === `system:serviceaccount:${own}:${name}`;
}

function naiveRule(one: PolicyRule, what: Attributes): boolean {
  const has = (list: readonly string[] | undefined, ...wanted: string[]) => wanted.some((text) => list?.includes(text));
  if (!has(one.verbs, "*", what.verb)) return false;
  const { path } = what;
  if (path !== undefined) {
    return (one.nonResourceURLs ?? []).some((url) =>
      url.endsWith("*") ? path.startsWith(url.slice(0, -1)) : url === path,
    );
  }
  const full = what.subresource === "" ? what.resource : `${what.resource}/${what.subresource}`;
  const isAny = (one.resourceNames ?? []).length === 0 || has(one.resourceNames, what.name);
  const isSub = what.subresource !== "" && has(one.resources, `*/${what.subresource}`);
  return has(one.apiGroups, "*", what.group) && (has(one.resources, "*", full) || isSub) && isAny;
}

it("answers as the objects say, after any changes", () => {
  const scene = fc.record({
    changes: fc.array(change, { minLength: 1, maxLength: 25 }),
    questions: fc.array(fc.tuple(user, asked), { minLength: 1, maxLength: 10 }),
  });
  fc.assert(
    fc.property(scene, ({ changes, questions }) => {
      const store = new ClusterStore({ cluster: "" });
      const policy = new Policy(store);
      for (const one of changes) {
        make(store, one);
        for (const [who, what] of questions) {
          const want = naive(store, who, what);
          expect(policy.allows(who, what)).toBe(want);
          expect(policy.explain(who, what).allowed).toBe(want);
        }
      }
    }),
    { numRuns: 150 },
  );
});

it("does no work for administrators", () => {
  const store = new ClusterStore({ cluster: "" });
  const policy = new Policy({
    ...store,
    list: () => expect.fail("bindings were read"),
    get: () => expect.fail("a role was read"),
  } as unknown as ClusterStore);
  const master = { name: "anyone", groups: ["system:masters"] };
  expect(policy.allows(master, resourceAttributes({ verb: "delete", resource: "nodes" }))).toBe(true);
});

it("reads no more of ten thousand bindings than those of who asks", () => {
  const store = new ClusterStore({ cluster: "" });
  store.put(`${group}/clusterroles`, {
    metadata: { name: "r" },
    rules: [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }],
  });
  const bind = (index: number) => {
    const metadata = { name: `b${index}`, namespace: "x" };
    const subjects = [{ kind: "User", name: `u${index}` }];
    store.put(`${group}/rolebindings`, { metadata, roleRef: { kind: "ClusterRole", name: "r" }, subjects });
  };
  for (let index = 0; index < 10_000; index++) bind(index);
  const policy = new Policy(store);
  const what = resourceAttributes({ verb: "get", resource: "pods", namespace: "x" });
  expect(policy.allows({ name: "u1", groups: [] }, what)).toBe(true);
  let reads = 0;
  const { list, get } = store;
  store.list = (...parameters) => {
    reads++;
    return list.apply(store, parameters);
  };
  store.get = (...parameters) => {
    reads++;
    return get.apply(store, parameters);
  };
  for (let index = 0; index < 1000; index++) {
    expect(policy.allows({ name: `u${index}`, groups: ["g"] }, what)).toBe(true);
    expect(policy.allows({ name: `n${index}`, groups: ["g"] }, what)).toBe(false);
  }
  bind(20_000);
  expect(policy.allows({ name: "u20000", groups: [] }, what)).toBe(true);
  expect(reads).toBe(0);
});
