import { sessions } from "../apiserver/kubectl/sessions.ts";
import { areas } from "./areas.ts";
import { stepsOf } from "./compare.ts";
import type { Area } from "./step.ts";

/** What each area is about, for the page. */
const subjects: { readonly [area: string]: string } = {
  objects: "create, read, update and delete; versions and conflicts, generateName, dry runs, fieldValidation, tables",
  bodies: "bodies, content types and parameters that are wrong in every way",
  lists: "selectors by labels and fields, pages and continue tokens, versions, tables, partial metadata",
  patches: "JSON, merge and strategic merge patches",
  apply: "server-side apply: owners, conflicts, force, keyed lists, removal, status, dry runs",
  custom: "custom resources: pruning, defaults, validation, versions, columns, status and scale",
  definitions: "CustomResourceDefinitions: what is accepted, names, conditions, changes",
  cel: "`x-kubernetes-validations`",
  "cel-details": "`x-kubernetes-validations` in their corners",
  patterns: "`pattern` in schemas: Go's regular expressions",
  kinds: "the life of an object of every built-in kind",
  watches: "watches: from where, bookmarks, initial events, selectors, ends",
  deletion: "finalizers, owners, orphans, foreground and background, collections",
  namespaces: "the life of a namespace",
  reviews: "access reviews of the administrator",
  rbac: "roles and bindings, for users, groups and service accounts",
  auth: "tokens, reviews of tokens, impersonation",
  security: "paths, strangers, rights and bodies of those who mean harm",
};

/** The page `docs/conformance.md`: how many requests are compared, and where the two servers differ. */
export function conformancePage(): string {
  const compared = areas.flatMap(stepsOf).length;
  const kubectl = sessions.map(({ steps }) => steps.length);
  const spoken = kubectl.reduce((sum, count) => sum + count, 0);
  const differing = areas.flatMap(differences).length;
  return `# Conformance of the embedded API server

What a kube-apiserver 1.36.3 with etcd answers is recorded in \`test/vectors/conformance\`: status, headers and body, without identities, times
and versions; of an exception the status alone. \`npm test\` plays the same requests to the embedded server; \`npm run test:envtest\` plays them to both, side by side. This page
is written by \`npm run generate\` from the cases.

Of ${compared} requests ${compared - differing} must have the same answer. Of the others the status must be the same, unless noted.

| area | about | recorded from kube-apiserver | held by the embedded server | excepted |
| --- | --- | --: | --: | --: |
${areas.map(areaRow).join("\n")}
| kubectl | sessions of ${kubectl.join(" and ")} commands; output and exit code | ${spoken} | ${spoken} | 0 |

Beside these, programs of other people run against both and must see the same: \`@kubernetes/client-node\` (informer, watch, objects), and
one in Go with client-go (informers, leader election, server-side apply, protobuf). fleetset's own controllers pass their tests on both.

## Exceptions

| area | request | reason |
| --- | --- | --- |
${areas.flatMap(differenceRows).join("\n")}
`;
}

function areaRow(area: Area): string {
  const [all, excepted] = [stepsOf(area).length, differences(area).length];
  return `| ${area.name} | ${subjectOf(area)} | ${all} | ${all - excepted} | ${excepted} |`;
}

function subjectOf({ name }: Area): string {
  const subject = subjects[name];
  if (subject === undefined) throw new Error(`test/conformance/page.ts says nothing of the area ${name}`);
  return subject;
}

function differences(area: Area) {
  return stepsOf(area).filter((step) => step.differs !== undefined);
}

function differenceRows(area: Area): string[] {
  return differences(area).map((step) => {
    const reason = step.differsInStatus === true ? `${step.differs} (the status too)` : step.differs;
    return `| ${area.name} | ${step.name.replaceAll("|", "\\|")} | ${reason} |`;
  });
}
