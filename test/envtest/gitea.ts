import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real Gitea on loopback, with an administrator and its token. */
export interface Gitea {
  readonly url: string;
  readonly token: string;
  /** Asks its API; fails at any answer that is not 2xx. */
  api(method: string, path: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts it with its data in a directory of its own. `assets` holds what `build-gitea` made. */
export async function startGitea(assets: string): Promise<Gitea> {
  const folder = mkdtempSync(join(tmpdir(), "fleetset-gitea-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, "app.ini");
  writeFileSync(config, settings(folder, join(assets, "gitea-files"), port));
  mkdirSync(join(folder, "home"));
  const env = { PATH: process.env.PATH ?? "", HOME: join(folder, "home"), GITEA_WORK_DIR: folder };
  const run = (...args: string[]) =>
    execFileSync(join(assets, "gitea"), [...args, "--config", config], { env, encoding: "utf8", stdio: "pipe" });
  run("migrate");
  const user = ["--username", "ci", "--password", "Pa55-word-of-tests", "--email", "ci@example.com", "--admin"];
  const made = run("admin", "user", "create", ...user, "--must-change-password=false", "--access-token");
  const token = /\b[0-9a-f]{40}\b/.exec(made)?.[0] ?? "";
  const server = spawn(join(assets, "gitea"), ["web", "--config", config], { env, stdio: "ignore" });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  await ready(`${url}/api/v1/version`);
  return {
    url,
    token,
    async api(method, path, body) {
      const headers = { authorization: `token ${token}`, "content-type": "application/json" };
      const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) ?? null });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${text.slice(0, 300)}`);
      return text === "" ? undefined : JSON.parse(text);
    },
    async stop() {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Pages of two, so that every list has several. */
function settings(folder: string, files: string, port: number): string {
  const { username } = { username: execFileSync("id", ["-un"], { encoding: "utf8" }).trim() };
  return `
RUN_USER = ${username}
RUN_MODE = prod
WORK_PATH = ${folder}
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = http://127.0.0.1:${port}/
DISABLE_SSH = true
OFFLINE_MODE = true
STATIC_ROOT_PATH = ${files}
[database]
DB_TYPE = sqlite3
PATH = ${join(folder, "gitea.db")}
[repository]
ROOT = ${join(folder, "repositories")}
DEFAULT_BRANCH = main
[security]
INSTALL_LOCK = true
SECRET_KEY = only-for-tests
[api]
MAX_RESPONSE_ITEMS = 2
[actions]
ENABLED = false
[log]
LEVEL = error
`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}

async function ready(url: string): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    if (Date.now() > until) throw new Error("gitea does not answer within 60 s");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
