import { widgetCrd, workload } from "./manifests.ts";
import type { Step } from "./session.ts";

const inNamespace = "-n commands";

const ours = workload.replaceAll("namespace: session", "namespace: commands");

const beginning: readonly Step[] = [
  { args: "create namespace commands" },
  { args: "apply -f -", stdin: widgetCrd.replaceAll("acme.example", "commands.example") },
  { args: "wait --for=condition=Established crd/widgets.commands.example --timeout=30s" },
  { args: "apply -f -", stdin: ours },
  { args: `create deployment made ${inNamespace} --image=registry.example/made:1 --replicas=2` },
  { args: `create role reader ${inNamespace} --verb=get,list --resource=configmaps` },
  { args: `create rolebinding reader ${inNamespace} --role=reader --serviceaccount=commands:default` },
];

/** Every kind of plain object that `kubectl create` makes. */
const createCommands: readonly Step[] = [
  `create serviceaccount robot ${inNamespace}`,
  `create service clusterip inner ${inNamespace} --tcp=80:8080`,
  `create service nodeport outer ${inNamespace} --tcp=80:8080`,
  `create service loadbalancer balanced ${inNamespace} --tcp=80:8080`,
  `create service externalname elsewhere ${inNamespace} --external-name=example.com`,
  `create secret docker-registry pull ${inNamespace} --docker-server=registry.example --docker-username=a --docker-password=b`,
  `create cronjob nightly ${inNamespace} --image=registry.example/job:1 --schedule=@daily`,
  `create job now ${inNamespace} --from=cronjob/nightly`,
  `create ingress front ${inNamespace} --rule=example.com/*=inner:80`,
  `create poddisruptionbudget keep ${inNamespace} --selector=app=web --min-available=1`,
  `create quota limits ${inNamespace} --hard=cpu=1,pods=2`,
  "create priorityclass commands-high --value=1000 --description=high",
  "create clusterrole commands-reader --verb=get,list --resource=nodes,deployments.apps",
  "create clusterrole commands-urls --verb=get --non-resource-url=/healthz",
  "create clusterrolebinding commands-reader --clusterrole=commands-reader --user=bob --group=readers",
  `create role writer ${inNamespace} --verb=create --resource=deployments.apps --resource=deployments.apps/scale`,
  `run single ${inNamespace} --image=registry.example/single:1 --port=80 --labels=app=single --env=A=b`,
  `autoscale deployment made ${inNamespace} --min=1 --max=3 --cpu=80%`,
  `get serviceaccount,service,secret,cronjob,job,role ${inNamespace} -o name`,
  `get service outer ${inNamespace} -o jsonpath={.spec.type}:{.spec.ports[*].port}`,
  `get secret pull ${inNamespace} -o jsonpath={.type}`,
  `get job now ${inNamespace} -o yaml`,
  `get cronjobs ${inNamespace}`,
  "get clusterrole commands-reader -o yaml",
  `describe role writer ${inNamespace}`,
  `describe pod single ${inNamespace}`,
  `describe cronjob nightly ${inNamespace}`,
  "describe namespace commands",
].map((args) => ({ args }));

const node = `
apiVersion: v1
kind: Node
metadata: {name: commands-node, labels: {kubernetes.io/hostname: commands-node}}
`;

const event = `
apiVersion: v1
kind: Event
metadata: {name: told.1, namespace: commands}
involvedObject: {apiVersion: v1, kind: ConfigMap, name: settings, namespace: commands}
type: Warning
reason: Tested
message: it was tested
count: 2
source: {component: tester}
firstTimestamp: "2026-01-01T00:00:00Z"
lastTimestamp: "2026-01-01T00:00:00Z"
`;

const pruned = (...names: readonly string[]) =>
  names
    .map(
      (name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: commands, labels: {set: p}}\n`,
    )
    .join("---\n");

/** Forms of output, and commands that look at the server as a whole. */
const readCommands: readonly Step[] = [
  {
    args: `get deployment made ${inNamespace} -o go-template={{.metadata.name}}:{{range.spec.template.spec.containers}}{{.image}}{{end}}`,
  },
  { args: `get deployment made ${inNamespace} -o jsonpath-as-json={.spec.template.spec.containers[*].name}` },
  { args: `get deployment made ${inNamespace} -o template --template={{.spec.replicas}}` },
  { args: `get configmaps ${inNamespace} --show-labels --no-headers` },
  { args: `get configmaps ${inNamespace} -L app --no-headers` },
  { args: `get configmaps -A -l app=web --no-headers` },
  { args: `get deploy/made svc/inner ${inNamespace} --show-kind --no-headers` },
  {
    args: `get deployments ${inNamespace} --sort-by={.spec.replicas} -o custom-columns=NAME:.metadata.name,N:.spec.replicas`,
  },
  { args: `get services ${inNamespace} --field-selector=spec.type=NodePort -o name` },
  { args: `get secrets ${inNamespace} --field-selector type=Opaque -o name` },
  { args: `get configmaps ${inNamespace} --field-selector spec.nothing=a` },
  { args: `get configmap nothing ${inNamespace} --ignore-not-found` },
  { args: `get configmap settings ${inNamespace} -w --request-timeout=1s --no-headers` },
  { args: `get deployment made ${inNamespace} --subresource=status -o jsonpath={.kind}` },
  { args: "get --raw /readyz" },
  { args: "get --raw /nothing" },
  { args: "explain widgets --api-version=commands.example/v1 --recursive", isRetried: true },
  { args: "explain crd.spec --recursive" },
  { args: "explain cronjobs --api-version=batch/v1 --recursive" },
  { args: "api-resources --namespaced=false --verbs=list,get --api-group=rbac.authorization.k8s.io --no-headers" },
  { args: "api-resources --api-group=commands.example -o name --categories=toys" },
  { args: "cluster-info" },
  { args: "top nodes" },
  { args: `top pods ${inNamespace}` },
  { args: "apply -f -", stdin: event },
  { args: `events ${inNamespace} --for=configmap/settings` },
  { args: `events ${inNamespace} --types=Normal` },
  { args: `get events ${inNamespace} --field-selector=reason=Tested --no-headers` },
  { args: `get events ${inNamespace} --field-selector=involvedObject.name=settings,type=Warning -o name` },
  { args: `describe configmap settings ${inNamespace}` },
];

/** Changes that other commands than `apply` and `patch` make. */
const changeCommands: readonly Step[] = [
  { args: `rollout history deployment/made ${inNamespace}` },
  { args: `rollout pause deployment/made ${inNamespace}` },
  { args: `rollout restart deployment/made ${inNamespace}` },
  { args: `rollout resume deployment/made ${inNamespace}` },
  { args: `rollout resume deployment/made ${inNamespace}` },
  { args: `rollout restart deployment/made ${inNamespace}` },
  { args: `rollout status deployment/made ${inNamespace} --watch=false` },
  { args: `rollout undo deployment/made ${inNamespace}` },
  { args: `set resources deployment/made ${inNamespace} --limits=cpu=200m,memory=64Mi --requests=cpu=100m` },
  { args: `set serviceaccount deployment/made robot ${inNamespace}` },
  { args: `set selector service/inner app=other ${inNamespace}` },
  { args: `set subject rolebinding/reader --user=bob ${inNamespace}` },
  { args: `set image deployment/made nothing=a:1 ${inNamespace}` },
  { args: `get deployment made ${inNamespace} -o jsonpath={.spec.template.spec.containers[0].resources}` },
  { args: `label configmap settings ${inNamespace} --list` },
  { args: `label configmaps --all ${inNamespace} swept=yes` },
  { args: `annotate configmap settings ${inNamespace} note=one --resource-version=1` },
  { args: `annotate configmap settings ${inNamespace} note=one --dry-run=server -o name` },
  { args: `scale deployment/made --replicas=0 ${inNamespace} --dry-run=server` },
  {
    args: `patch configmap settings ${inNamespace} --type=merge -p {"data":{"dry":"yes"}} --dry-run=server -o jsonpath={.data.dry}`,
  },
  { args: `patch configmap nothing ${inNamespace} --type=merge -p {}` },
  { args: `replace --force -f -`, stdin: pruned("forced") },
  { args: `replace --force -f -`, stdin: pruned("forced") },
  { args: "replace -f -", stdin: pruned("absent") },
  { args: `apply -f - --prune -l set=p --prune-allowlist=core/v1/ConfigMap`, stdin: pruned("p-one", "p-two") },
  { args: `apply -f - --prune -l set=p --prune-allowlist=core/v1/ConfigMap`, stdin: pruned("p-two") },
  { args: `get configmaps -l set=p ${inNamespace} -o name` },
  { args: "apply set-last-applied -f - --create-annotation", stdin: pruned("p-two") },
  { args: `edit configmap settings ${inNamespace}`, env: { EDITOR: "sed -i s/settings/renamed/" } },
  { args: `wait --for=create configmap/settings ${inNamespace} --timeout=5s` },
  { args: `wait --for=condition=Available deployment/made ${inNamespace} --timeout=1s` },

  // Nodes, which here are objects like others.
  { args: "create -f -", stdin: node },
  { args: "taint nodes commands-node key=value:NoSchedule" },
  { args: "taint nodes commands-node key=value:NoSchedule" },
  { args: "taint nodes commands-node key-" },
  { args: "cordon commands-node" },
  { args: "cordon commands-node" },
  { args: "get node commands-node -o jsonpath={.spec.unschedulable}" },
  { args: "uncordon commands-node" },
  { args: "drain commands-node --timeout=5s" },
  { args: "label node commands-node node-role.kubernetes.io/worker=" },
  { args: "get nodes --no-headers" },
  { args: "delete node commands-node" },
];

/** Deletions beside those by name. */
const deleteCommands: readonly Step[] = [
  `delete configmap settings ${inNamespace} --dry-run=server`,
  `delete pod single ${inNamespace} --now`,
  `delete service outer ${inNamespace} --cascade=background`,
  `delete job,cronjob --all ${inNamespace}`,
  `delete services --field-selector=metadata.name=balanced ${inNamespace}`,
  `delete serviceaccount robot nothing ${inNamespace}`,
  "delete clusterrole,clusterrolebinding commands-reader",
  "delete clusterrole commands-urls",
  "delete priorityclass commands-high",
].map((args) => ({ args }));

/** What a person does beside applying and patching, in order, in a namespace of its own. */
export const commands: readonly Step[] = [
  ...beginning,
  ...createCommands,
  ...readCommands,
  ...changeCommands,
  ...deleteCommands,
  { args: "delete -f -", stdin: widgetCrd.replaceAll("acme.example", "commands.example") },
  { args: "delete namespace commands --timeout=60s" },
];
