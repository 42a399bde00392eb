import { type Kubectl, type KubectlRun, type Outcome, runKubectl } from "../../support/kubectl.ts";
import { access, appliedSettings, changedWorkload, widget, widgetCrd, workload } from "./manifests.ts";

export interface Step {
  readonly args: string;
  readonly stdin?: string;
  readonly env?: { readonly [name: string]: string };
  /** A kube-apiserver publishes the schema of a new CRD a moment later: the step is tried until it succeeds. */
  readonly isRetried?: boolean;
}

const inNamespace = "-n session";

/** Another user, and an account that may read configmaps. */
const asJane = "--as=jane --as-group=devs";
const asAccount = "--as=system:serviceaccount:session:default";

/** Who is who and who may do what: as others see the namespace. */
const accessSteps: readonly Step[] = [
  { args: `auth whoami ${asJane}` },
  { args: `auth whoami ${asAccount} -o yaml` },
  { args: `auth can-i get pods ${inNamespace} ${asJane}` },
  { args: `auth can-i --list ${inNamespace} ${asJane}` },
  { args: `auth can-i get configmaps ${inNamespace} ${asAccount}`, isRetried: true },
  { args: `auth can-i get configmaps/settings ${inNamespace} ${asAccount}` },
  { args: `auth can-i update configmaps ${inNamespace} ${asAccount}` },
  { args: `auth can-i get pods --subresource=log ${inNamespace} ${asAccount}` },
  { args: `auth can-i get /version ${asAccount}` },
  { args: `auth can-i get nothings ${inNamespace} ${asAccount}` },
  { args: `auth can-i --list ${inNamespace} ${asAccount}` },
  { args: `get configmaps ${inNamespace} -o name ${asAccount}` },
  { args: `get configmap settings ${inNamespace} -o name ${asAccount}` },
  { args: `get secrets ${inNamespace} ${asAccount}` },
  { args: `get secret login ${inNamespace} ${asJane}` },
  { args: `get secret nothing ${inNamespace} ${asJane}` },
  { args: `delete configmap settings ${inNamespace} ${asAccount}` },
  { args: `label configmap settings ${inNamespace} a=b ${asAccount}` },
  { args: `apply -f - ${asAccount}`, stdin: appliedSettings },
  { args: `apply --server-side -f - ${asAccount}`, stdin: appliedSettings },
  { args: "auth reconcile -f -", stdin: access },
  { args: "auth reconcile -f -", stdin: access.replace("[get]", "[get, list]") },
  { args: "auth reconcile -f - --remove-extra-permissions", stdin: access },
  { args: "auth reconcile -f - --dry-run=client -o name", stdin: access },
  { args: `describe role writer ${inNamespace}` },
  { args: `describe rolebinding writer ${inNamespace}` },
  { args: `auth can-i patch secrets ${inNamespace} --as=will`, isRetried: true },
  { args: `create role more ${inNamespace} --verb=get --resource=secrets --as=will` },
  { args: `create role less ${inNamespace} --verb=patch --resource=secrets --as=will` },
  { args: `create rolebinding all ${inNamespace} --clusterrole=cluster-admin --user=will --as=will` },
  { args: "get clusterroles admin edit view cluster-admin -o name" },
  { args: "describe clusterrole view" },
  { args: "get clusterrolebinding cluster-admin -o yaml" },
  { args: `create serviceaccount robot ${inNamespace}` },
  { args: `create token robot ${inNamespace}` },
  { args: `create token robot ${inNamespace} --duration=20m --audience=a --audience=b -o json` },
  { args: `create token robot ${inNamespace} --duration=1m` },
  { args: `create token nobody ${inNamespace}` },
];

/** What a person does with kubectl, in order; each step sees what those before it left. */
export const steps: readonly Step[] = [
  { args: "create namespace session" },
  { args: "create namespace session" },
  { args: "get namespace session --no-headers" },
  { args: "apply -f -", stdin: widgetCrd },
  { args: "wait --for=condition=Established crd/widgets.acme.example --timeout=30s" },
  { args: "apply -f -", stdin: widgetCrd },
  { args: "api-resources --api-group=acme.example --no-headers -o wide" },
  { args: "api-resources --api-group=batch --no-headers" },
  { args: "explain widget", isRetried: true },
  { args: "explain widget.spec.color" },
  { args: "explain widget --recursive" },
  { args: "explain widget.spec --output=plaintext-openapiv2" },
  { args: "explain deployment --recursive" },
  { args: "explain widget.spec.nothing" },
  { args: "explain nothing" },

  // Client-side apply, with its annotation and three-way merge.
  { args: "apply -f -", stdin: workload },
  { args: "apply -f -", stdin: workload },
  { args: "diff -f -", stdin: workload },
  { args: "diff -f -", stdin: changedWorkload },
  { args: "apply -f -", stdin: changedWorkload },
  { args: `get deployment web ${inNamespace} -o yaml` },
  { args: `get service web ${inNamespace} -o json` },
  { args: `get configmap settings ${inNamespace} -o yaml` },
  { args: `get secret login ${inNamespace} -o jsonpath={.data.user}` },
  { args: `get deployment,service,configmap,secret ${inNamespace}` },
  { args: `get deployment,service ${inNamespace} -o wide` },
  { args: `get all ${inNamespace} -o name` },
  { args: `get configmaps ${inNamespace} -l app=web --no-headers` },
  { args: `get configmaps ${inNamespace} -l app!=web -o name` },
  { args: `get configmaps ${inNamespace} --field-selector metadata.name=settings -o name` },
  { args: `get configmaps ${inNamespace} --chunk-size=1 --sort-by=.metadata.name -o name` },
  { args: `get configmap settings ${inNamespace} -o custom-columns=N:.metadata.name,C:.data.color` },
  { args: `describe configmap settings ${inNamespace}` },
  { args: `describe deployment web ${inNamespace}` },
  { args: `describe service web ${inNamespace}` },
  { args: `describe secret login ${inNamespace}` },

  // Changes of one field.
  { args: `label configmap settings ${inNamespace} tier=back` },
  { args: `label configmap settings ${inNamespace} tier=front` },
  { args: `label configmap settings ${inNamespace} tier=front --overwrite` },
  { args: `label configmap settings ${inNamespace} tier-` },
  { args: `annotate configmap settings ${inNamespace} note=hello` },
  { args: `annotate configmap settings ${inNamespace} note-` },
  { args: `scale deployment web ${inNamespace} --replicas=5` },
  { args: `scale deployment web ${inNamespace} --replicas=1 --current-replicas=2` },
  { args: `set image deployment/web ${inNamespace} web=registry.example/web:2.0` },
  { args: `set env deployment/web ${inNamespace} ADDED=yes` },
  {
    args: `patch deployment web ${inNamespace} -p {"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:1"}]}}}}`,
  },
  { args: `patch deployment web ${inNamespace} --type=json -p [{"op":"replace","path":"/spec/replicas","value":4}]` },
  { args: `patch deployment web ${inNamespace} --type=json -p [{"op":"test","path":"/spec/replicas","value":9}]` },
  { args: `patch configmap settings ${inNamespace} --type=merge -p {"data":{"size":null,"shape":"round"}}` },
  { args: `patch configmap settings ${inNamespace} --type=merge -p {"data":{"shape":"round"}}` },
  { args: `get deployment web ${inNamespace} -o jsonpath={.spec.replicas}:{.spec.template.spec.containers[*].name}` },
  {
    args: `get deployment web ${inNamespace} --subresource=scale -o jsonpath={.kind}:{.spec.replicas}:{.status.selector}`,
  },
  { args: `edit configmap settings ${inNamespace}`, env: { EDITOR: "sed -i s/round/square/" } },
  { args: `edit configmap settings ${inNamespace}`, env: { EDITOR: "true" } },
  { args: "replace -f -", stdin: workload.split("---")[2] ?? "" },
  { args: "create -f -", stdin: workload.split("---")[2] ?? "" },

  // Server-side apply: ownership, conflicts, transfer.
  { args: "apply --server-side -f -", stdin: appliedSettings },
  { args: "apply --server-side -f -", stdin: appliedSettings },
  { args: "apply --server-side --field-manager=other -f -", stdin: appliedSettings.replace("fast", "slow") },
  {
    args: "apply --server-side --field-manager=other --force-conflicts -f -",
    stdin: appliedSettings.replace("fast", "slow"),
  },
  { args: `get configmap applied ${inNamespace} -o yaml --show-managed-fields` },
  { args: "apply --server-side -f -", stdin: appliedSettings.replace("mode: fast, ", "") },
  { args: `get configmap applied ${inNamespace} -o jsonpath={.data}` },
  {
    args: "diff --server-side --force-conflicts -f -",
    stdin: appliedSettings.replace("mode: fast, ", "").replace('"3"', '"4"'),
  },
  { args: "apply --server-side -f -", stdin: changedWorkload },
  { args: "apply --server-side --force-conflicts -f -", stdin: changedWorkload },
  { args: `get deployment web ${inNamespace} -o yaml --show-managed-fields` },
  { args: `apply view-last-applied configmap settings ${inNamespace}` },

  // A kind of one's own: defaults, validation, printer columns, status and scale.
  { args: "apply -f -", stdin: widget },
  { args: `get widgets ${inNamespace}` },
  { args: `get wg one ${inNamespace} -o wide` },
  { args: `get toys ${inNamespace}` },
  { args: `get widget one ${inNamespace} -o yaml` },
  { args: "apply -f -", stdin: widget.replace("size: 5", "size: 500") },
  { args: "apply -f -", stdin: widget.replace("size: 5", "size: 5, color: blue") },
  { args: "apply -f -", stdin: widget.replace("size: 5, ", "") },
  { args: "apply -f -", stdin: widget.replace("size: 5", "size: 5, weight: 3") },
  { args: "apply -f - --validate=false", stdin: widget.replace("size: 5", "size: 6, weight: 3") },
  { args: "apply --server-side -f -", stdin: widget.replace("tags: [a, b]", "tags: [a, a]") },
  {
    args: "apply --server-side --field-manager=adder -f -",
    stdin: widget.replace(/spec: .*/, "spec: {size: 6, parts: [{name: door, count: 2}]}"),
  },
  {
    args: `patch widget one ${inNamespace} --type=merge --subresource=status -p {"status":{"conditions":[{"type":"Ready","status":"True"}],"replicas":2}}`,
  },
  { args: `patch widget one ${inNamespace} --type=strategic -p {"spec":{"size":7}}` },
  { args: `scale widget one ${inNamespace} --replicas=3` },
  { args: `get widgets ${inNamespace}` },
  { args: `get widget one ${inNamespace} -o yaml --show-managed-fields` },
  { args: `describe widget one ${inNamespace}` },
  { args: `wait --for=condition=Ready widget/one ${inNamespace} --timeout=5s` },
  { args: `wait --for=jsonpath={.spec.size}=6 widget/one ${inNamespace} --timeout=5s` },

  // Imperative creation, dry runs and who may do what.
  { args: `create configmap made ${inNamespace} --from-literal=a=b` },
  { args: `create configmap dry ${inNamespace} --from-literal=a=b --dry-run=server -o yaml` },
  { args: `get configmap dry ${inNamespace}` },
  { args: `create secret generic made ${inNamespace} --from-literal=a=b` },
  { args: `create deployment made ${inNamespace} --image=registry.example/made:1 --replicas=2` },
  { args: `create job once ${inNamespace} --image=registry.example/once:1 --dry-run=server -o name` },
  { args: `expose deployment made ${inNamespace} --port=80` },
  { args: `create role reader ${inNamespace} --verb=get,list --resource=configmaps` },
  { args: `create rolebinding reader ${inNamespace} --role=reader --serviceaccount=session:default` },
  { args: `get role,rolebinding ${inNamespace} -o name` },
  { args: `auth can-i create deployments ${inNamespace}` },
  { args: "auth can-i * *" },
  ...accessSteps,
  { args: `apply -f - --dry-run=server ${inNamespace}`, stdin: changedWorkload },
  {
    args: "create -f -",
    stdin: "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bad, namespace: session}\nspec: {selectr: {}}\n",
  },
  { args: "create -f -", stdin: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Bad_Name, namespace: session}\n" },
  { args: "create -f -", stdin: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: lost, namespace: nowhere}\n" },
  { args: "create -f -", stdin: "apiVersion: nothing.example/v1\nkind: Nothing\nmetadata: {name: a}\n" },
  { args: `get nothings ${inNamespace}` },
  { args: `get configmap nothing ${inNamespace}` },
  { args: `events ${inNamespace}` },

  // Deletion in all its forms.
  { args: `delete configmap made ${inNamespace}` },
  { args: `delete configmap made ${inNamespace}` },
  { args: `delete configmap made ${inNamespace} --ignore-not-found` },
  { args: `delete deployment made ${inNamespace} --cascade=orphan` },
  { args: `delete deployment web ${inNamespace} --cascade=foreground --wait=false` },
  { args: `wait --for=delete deployment/web ${inNamespace} --timeout=30s` },
  { args: `delete service,secret --all ${inNamespace}` },
  { args: `delete configmap -l app=web ${inNamespace}` },
  { args: "delete -f - --ignore-not-found", stdin: widget },
  { args: "delete namespace session --timeout=60s" },
  { args: "get namespace session" },
  { args: "create namespace session" },
  { args: `get configmaps,secrets,roles,deployments ${inNamespace} -l !kubernetes.io/metadata.name -o name` },
  { args: "delete namespace session --timeout=60s" },
  { args: "delete -f -", stdin: widgetCrd },
  { args: `get widgets ${inNamespace}` },
];

/** What is another one on every server or at every run: times, ids, addresses, folders. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| [+-]\d{4}( UTC)?)?/g, "<time>"],
  [/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000/g, "<time>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uid>"],
  [/(\\?"?resourceVersion\\?"?: ?)\\?"?\d+\\?"?/g, "$1<version>"],
  [/(Resource Version: +)\d+/g, "$1<version>"],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, "<jwt>"],
  [/\b10\.\d+\.\d+\.\d+\b/g, "<address>"],
  [/\/tmp\/[^\s"]+/g, "<file>"],
  [/127\.0\.0\.1:\d+/g, "<server>"],
  [/\b(\d+[smhd])+\b(?= *$| {2,})/gm, "<age>"],
  [/("?nodePort"?: ?)\d+/g, "$1<port>"],
  [/^[IWEF]\d{4} .*$/gm, "<log>"],
  // The whole object, in no order of its own.
  [/Invalid value: "\{.*\}": strict/g, 'Invalid value: "<object>": strict'],
  [/ +/g, " "],
];

export function masked(text: string): string {
  return masks.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), sortedManagers(text));
}

/** Entries of one second stand in the order of their managers, and whether two steps share a second is chance. */
function sortedManagers(text: string): string {
  return text.replace(/^( *)managedFields:\n((?:\1[- ] .*\n)+)/gm, (_, indent: string, block: string) => {
    const entries = block.split(new RegExp(`^${indent}- `, "m")).filter((entry) => entry !== "");
    const key = (entry: string) =>
      entry
        .split("\n")
        .filter((line) => /manager:|operation:|subresource:/.test(line))
        .join();
    const sorted = entries.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    return `${indent}managedFields:\n${sorted.map((entry) => `${indent}- ${entry}`).join("")}`;
  });
}

export interface Entry {
  readonly step: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const repair = /^.*\bClusterIPNotAllocated\b.*\n/gm;
const onlyTitles = /^LAST SEEN TYPE REASON OBJECT MESSAGE\n$/;

/**
 * A kube-apiserver now and then sees a Service before the address that it gave to it, warns of that in an event and gives
 * the same address again: chance, and nothing that a session does.
 */
export function withoutRepairs(entry: Entry): Entry {
  const stdout = entry.stdout.replace(repair, "");
  if (stdout === entry.stdout) return entry;
  if (onlyTitles.test(stdout)) return { ...entry, stdout: "", stderr: "No events found in session namespace.\n" };
  return { ...entry, stdout: stdout.replace(/^Events:\n Type Reason .*\n ---- .*\n(?! )/m, "Events: <none>\n") };
}

const maxAttempts = 60;

/** Arguments are split at spaces, none of which stand inside one. */
export async function runSession(kubectl: Kubectl, run: KubectlRun, session: readonly Step[]): Promise<Entry[]> {
  const transcript: Entry[] = [];
  for (const { args, stdin = "", env = {}, isRetried = false } of session) {
    const words = args.split(" ");
    let outcome: Outcome = await runKubectl(kubectl, words, { ...run, stdin, env });
    for (let attempt = 1; isRetried && outcome.code !== 0 && attempt < maxAttempts; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      outcome = await runKubectl(kubectl, words, { ...run, stdin, env });
    }
    const { code, stdout, stderr } = outcome;
    transcript.push(withoutRepairs({ step: args, code, stdout: masked(stdout), stderr: masked(stderr) }));
  }
  return transcript;
}
