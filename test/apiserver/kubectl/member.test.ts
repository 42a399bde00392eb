import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/clock.ts";
import { findKubectl, followKubectl, type Kubectl, type Outcome, runKubectl } from "../../support/kubectl.ts";
import { type Embedded, startEmbedded } from "./embedded.ts";
import { workload } from "./manifests.ts";

const found = findKubectl();
if (found === undefined)
  console.log("kubectl on a member not run, counted neither as passed nor as failed: no kubectl here");
const kubectl = found as Kubectl;
const context = "member-one";

describe.skipIf(found === undefined)("kubectl on a simulated member", () => {
  let embedded: Embedded;

  beforeAll(async () => {
    embedded = await startEmbedded([context, "member-two"]);
    await run("create namespace session");
    await run("apply -f -", workload);
  }, 60_000);

  afterAll(() => embedded?.close());

  function run(args: string, stdin = "", where = context): Promise<Outcome> {
    return runKubectl(kubectl, args.split(" "), { kubeconfig: embedded.kubeconfig, context: where, stdin });
  }

  async function text(args: string, stdin?: string): Promise<string> {
    const { code, stdout, stderr } = await run(args, stdin);
    expect(code, stderr).toBe(0);
    return stdout.replace(/ +/g, " ");
  }

  it("waits for a rollout and shows its pods", async () => {
    expect(await text("rollout status deployment/web -n session --timeout=20s")).toContain("successfully rolled out");
    expect(await text("get deployment web -n session --no-headers")).toMatch(/^web 2\/2 2 2 /);
    await until(
      async () => (await text("get pods -n session --no-headers")).match(/ 1\/1 Running 0 /g)?.length === 2,
      "two pods run",
    );
    expect(await text("get replicasets -n session --no-headers")).toMatch(/^web-\w{9} 2 2 2 /);
    expect(await text("get nodes --no-headers")).toMatch(/^member-one-node Ready control-plane /);
    expect(await text("wait --for=condition=Available deployment/web -n session --timeout=20s")).toContain(
      "condition met",
    );
    expect(await text("get deployments -A --no-headers")).toMatch(/^session web 2\/2/);
  }, 60_000);

  it("rolls a change out, and back", async () => {
    await text("set image deployment/web -n session web=registry.example/web:9");
    await text("rollout status deployment/web -n session --timeout=20s");
    const images = () => text("get pods -n session -o jsonpath={.items[*].spec.containers[*].image}");
    await until(async () => (await images()) === "registry.example/web:9 registry.example/web:9", "the pods are new");
    expect(await text("rollout history deployment/web -n session")).toMatch(/\n1 .*\n2 /);
    await text("rollout undo deployment/web -n session");
    await text("rollout status deployment/web -n session --timeout=20s");
    await until(
      async () => (await images()) === "registry.example/web:1.0 registry.example/web:1.0",
      "the pods are old",
    );
    await text("rollout restart deployment/web -n session");
    await text("rollout status deployment/web -n session --timeout=20s");
    expect(await text("describe deployment web -n session")).toContain("NewReplicaSet: web-");
  }, 60_000);

  it("scales, and follows it with a watch", async () => {
    const run = { kubeconfig: embedded.kubeconfig, context };
    const watch = followKubectl(kubectl, "get deployment web -n session -w --no-headers".split(" "), run);
    await until(() => / 2\/2 /.test(watch.text()), "the watch shows the Deployment");
    await text("scale deployment web -n session --replicas=3");
    await until(() => / 3\/3 /.test(watch.text()), "the watch shows three replicas");
    expect(watch.text().replace(/ +/g, " ")).toMatch(/web 2\/3 /);
    await watch.stop();
  }, 60_000);

  it("completes a Job and fails another", async () => {
    await text("create job once -n session --image=registry.example/once:1");
    expect(await text("wait --for=condition=Complete job/once -n session --timeout=20s")).toContain("condition met");
    expect(await text("get jobs -n session --no-headers")).toMatch(/^once Complete 1\/1 /);
    const job = await text("create job never -n session --image=registry.example/never:1 --dry-run=client -o json");
    const metadata = { ...JSON.parse(job).metadata, annotations: { "fleetset.io/simulate": "fail" } };
    await text("create -f -", JSON.stringify({ ...JSON.parse(job), metadata }));
    expect(await text("wait --for=condition=Failed job/never -n session --timeout=20s")).toContain("condition met");
  }, 60_000);

  it("gives a load balancer an address and binds a claim", async () => {
    await text("expose deployment web -n session --name=public --type=LoadBalancer --port=80");
    const path = "jsonpath={.status.loadBalancer.ingress[0].ip}";
    await text(`wait --for=${path} service/public -n session --timeout=20s`);
    expect(await text(`get service public -n session -o ${path}`)).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\./);
    const spec = "accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}";
    await text(
      "apply -f -",
      `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: session}\nspec: {${spec}}\n`,
    );
    expect(await text("wait --for=jsonpath={.status.phase}=Bound pvc/data -n session --timeout=20s")).toContain(
      "condition met",
    );
  }, 60_000);

  it("cordons, taints and drains its node", async () => {
    const node = "member-one-node";
    expect(await text(`cordon ${node}`)).toBe(`node/${node} cordoned\n`);
    expect(await text("get nodes --no-headers")).toMatch(/ Ready,SchedulingDisabled /);
    await text(`taint nodes ${node} key=value:NoSchedule`);
    expect(await text(`get node ${node} -o jsonpath={.spec.taints[*].key}`)).toContain("key");
    await text(`taint nodes ${node} key-`);
    expect(await text(`uncordon ${node}`)).toBe(`node/${node} uncordoned\n`);
    const pods = async () =>
      (await text("get pods -n session -l app=web -o jsonpath={.items[*].metadata.uid}")).split(" ");
    const before = await pods();
    await text(`drain ${node} --force --delete-emptydir-data --timeout=30s`);
    await until(async () => {
      const now = await pods();
      return now.length === before.length && !now.some((uid) => before.includes(uid));
    }, "other pods have taken their place");
    await text(`uncordon ${node}`);
  }, 60_000);

  it("compares, applies and takes over fields as a cluster does", async () => {
    expect((await run("diff -f -", workload.replace("color: blue", "color: red"))).code).toBe(1);
    const settings = workload.split("---")[2] ?? "";
    const red = settings.replace("color: blue", "color: red");
    await text("apply --server-side --field-manager=one --force-conflicts -f -", settings);
    const refused = await run("apply --server-side --field-manager=two -f -", red);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('conflict with "one"') });
    await text("apply --server-side --field-manager=two --force-conflicts -f -", red);
    expect(await text("get configmap settings -n session -o jsonpath={.data.color}")).toBe("red");
    expect((await run("diff --server-side --field-manager=two -f -", red)).code).toBe(0);
  }, 60_000);

  it("tells where it is, and that nothing measures it", async () => {
    expect(await text("cluster-info")).toContain(`/clusters/${context}`);
    expect(await text("config view --minify -o jsonpath={.contexts[0].name}")).toBe(context);
    expect((await run("top nodes")).stderr).toBe("error: Metrics API not available\n");
  });

  it("keeps the members apart", async () => {
    const other = await run("get deployments -A", "", "member-two");
    expect(other).toMatchObject({ code: 0, stdout: "", stderr: "No resources found\n" });
    expect((await run("get namespace session", "", "hub")).code).toBe(1);
  }, 60_000);

  it("takes everything with it when a Deployment is deleted", async () => {
    await text("delete deployment web -n session");
    await until(
      async () => (await text("get replicasets,pods -n session -l app=web -o name")) === "",
      "sets and pods are gone",
    );
    await text("delete namespace session --timeout=30s");
  }, 60_000);

  it("meets no error of the server's own", () => expect(embedded.errors).toEqual([]));
});
