#!/usr/bin/env node
// Runs a real etcd + kube-apiserver on free loopback ports, for tests.
// As a command:  control-plane.mjs up [DIR] [-- KUBE-APISERVER-FLAG...]  |  control-plane.mjs down DIR
// As a module:   const cluster = await start();  …  await cluster.stop();
import { execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The directory `build` writes to, unless KUBEBUILDER_ASSETS names another one. */
export function defaultAssets() {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return process.env.KUBEBUILDER_ASSETS || join(cache, "fleetset", "envtest");
}

/**
 * Starts a control plane whose state lives in `dir` (a new temporary directory by default).
 * `collectGarbage` also runs kube-controller-manager, for namespace deletion and owner references.
 * The processes end with this one, unless `keep` is set.
 */
export async function start(options = {}) {
  const { dir, assets = defaultAssets(), collectGarbage = false, apiserverFlags = [], keep = false } = options;
  const home = dir ? resolve(dir) : await mkdtemp(join(tmpdir(), "envtest-"));
  await mkdir(home, { recursive: true });
  const at = (name) => join(home, name);
  const [etcdPort, port] = await freePorts(2);
  const server = `https://127.0.0.1:${port}`;
  const admin = await writeCredentials(home, server);

  const children = [];
  const launch = async (name, args) => {
    const child = await spawnLogged(join(assets, name), args, at(`${name}.log`), keep);
    children.push(child);
    await writeFile(
      at("pids"),
      children
        .map(({ pid }) => pid)
        .reverse()
        .join("\n"),
    );
  };
  await launch("etcd", [
    `--data-dir=${at("etcd")}`,
    `--listen-client-urls=http://127.0.0.1:${etcdPort}`,
    `--advertise-client-urls=http://127.0.0.1:${etcdPort}`,
    "--listen-peer-urls=http://127.0.0.1:0",
    "--unsafe-no-fsync",
    "--log-level=warn",
  ]);
  await launch("kube-apiserver", [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--tls-cert-file=${at("serving.crt")}`,
    `--tls-private-key-file=${at("serving.key")}`,
    `--client-ca-file=${at("ca.crt")}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-key-file=${at("service-account.key")}`,
    `--service-account-signing-key-file=${at("service-account.key")}`,
    "--service-cluster-ip-range=10.0.0.0/24",
    "--endpoint-reconciler-type=none",
    "--authorization-mode=RBAC",
    `--authentication-config=${at("authentication.json")}`,
    "--disable-admission-plugins=ServiceAccount",
    ...apiserverFlags,
  ]);
  if (collectGarbage) {
    await launch("kube-controller-manager", [
      `--kubeconfig=${at("kubeconfig")}`,
      "--controllers=garbage-collector-controller,namespace-controller,serviceaccount-controller,clusterrole-aggregation-controller",
      "--leader-elect=false",
      "--secure-port=0",
    ]);
  }
  await ready(server, admin, children).catch(async (error) => {
    await stop(home);
    throw error;
  });
  return {
    dir: home,
    server,
    kubeconfig: at("kubeconfig"),
    pids: children.map(({ pid }) => pid),
    stop: () => stop(home),
  };
}

/** Ends the processes of the control plane in `dir`; the directory and its logs stay. */
export async function stop(dir) {
  const pids = (await readFile(join(dir, "pids"), "utf8")).split("\n").map(Number);
  for (const pid of pids) {
    signal(pid, "SIGTERM");
    for (let waited = 0; signal(pid, 0); waited += 50) {
      if (waited === 5_000) signal(pid, "SIGKILL");
      await sleep(50);
    }
  }
  await rm(join(dir, "pids"));
}

function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error.code === "ESRCH") return false;
    throw error;
  }
}

async function spawnLogged(command, args, logFile, keep) {
  const log = await open(logFile, "w");
  const child = spawn(command, args, { detached: keep, stdio: ["ignore", log.fd, log.fd] });
  await once(child, "spawn")
    .catch((cause) => {
      throw new Error(`cannot run ${command}: run build first, or set KUBEBUILDER_ASSETS`, { cause });
    })
    .finally(() => log.close());
  child.unref();
  if (!keep) endWithUs(child);
  return Object.assign(child, { logFile });
}

// A shell waits on a pipe from this process: whatever ends us closes it, and the shell ends the child.
function endWithUs(child) {
  const script = 'read line; kill -KILL "$0"';
  const guard = spawn("sh", ["-c", script, `${child.pid}`], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  guard.unref();
  guard.stdin.unref();
  child.once("exit", () => guard.kill("SIGKILL"));
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

async function writeCredentials(dir, server) {
  const openssl = (...args) => run("openssl", args, { cwd: dir });
  const certificate = (name, subject, ...args) =>
    openssl(
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "3650",
      "-subj",
      subject,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.crt`,
      ...args,
    );
  const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-addext", "basicConstraints=CA:FALSE"];

  await certificate("ca", "/CN=envtest-ca");
  await certificate("serving", "/CN=kube-apiserver", ...signed, "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost");
  await certificate("admin", "/O=system:masters/CN=admin", ...signed, "-addext", "extendedKeyUsage=clientAuth");
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await writeFile(join(dir, "service-account.key"), privateKey.export({ type: "sec1", format: "pem" }), {
    mode: 0o600,
  });

  const [ca, cert, key] = await Promise.all(
    ["ca.crt", "admin.crt", "admin.key"].map((name) => readFile(join(dir, name))),
  );
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "envtest",
    contexts: [{ name: "envtest", context: { cluster: "envtest", user: "admin" } }],
    clusters: [{ name: "envtest", cluster: { server, "certificate-authority-data": ca.toString("base64") } }],
    users: [
      {
        name: "admin",
        user: { "client-certificate-data": cert.toString("base64"), "client-key-data": key.toString("base64") },
      },
    ],
  };
  // Whoever shows no credentials may ask for the server's health, and nothing else.
  const openPaths = ["/healthz", "/livez", "/readyz", "/version"];
  const authentication = {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AuthenticationConfiguration",
    anonymous: { enabled: true, conditions: openPaths.map((path) => ({ path })) },
  };
  await writeFile(join(dir, "authentication.json"), JSON.stringify(authentication, null, 2));
  await writeFile(join(dir, "kubeconfig"), JSON.stringify(kubeconfig, null, 2), { mode: 0o600 });
  return { ca, cert, key };
}

async function ready(server, credentials, children, timeout = 60_000) {
  const deadline = Date.now() + timeout;
  for (const path of ["/readyz", "/api/v1/namespaces/default"]) {
    while ((await status(server + path, credentials)) !== 200) {
      const dead = children.find(({ exitCode }) => exitCode !== null);
      if (dead) throw new Error(`${dead.spawnfile} exited with code ${dead.exitCode}, see ${dead.logFile}`);
      if (Date.now() > deadline) throw new Error(`${server}${path} is not ready after ${timeout} ms`);
      await sleep(50);
    }
  }
}

async function status(url, credentials) {
  try {
    const [response] = await once(request(url, { ...credentials, agent: false }).end(), "response");
    response.resume();
    return response.statusCode;
  } catch {
    return undefined;
  }
}

async function main([verb, ...rest]) {
  const separator = rest.includes("--") ? rest.indexOf("--") : rest.length;
  const [[dir], apiserverFlags] = [rest.slice(0, separator), rest.slice(separator + 1)];
  if (verb === "up") {
    const cluster = await start({ dir, apiserverFlags, collectGarbage: Boolean(process.env.ENVTEST_GC), keep: true });
    console.log(`export KUBECONFIG=${cluster.kubeconfig}`);
    console.log(
      `# ${cluster.server}, pids ${cluster.pids.join(" ")}; end it with: control-plane.mjs down ${cluster.dir}`,
    );
  } else if (verb === "down" && dir) {
    await stop(dir);
  } else {
    throw new Error("usage: control-plane.mjs up [DIR] [-- KUBE-APISERVER-FLAG...] | down DIR");
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));
