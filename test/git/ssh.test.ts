import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GitCache, type GitCacheOptions } from "../../src/git/cache.ts";
import { GitAuthError, GitTrustError, GitUnsupportedError } from "../../src/git/errors.ts";
import { environment, FixtureRepository, hasGit, temporaryDirectory } from "./fixture-repository.ts";

// No ssh server is asked for here: a program named ssh, first on PATH, notes how it is called and serves the repository
// itself. What a real server would do with the options is OpenSSH's to test.
describe.skipIf(!hasGit)("git over ssh (skipped where git is not installed)", () => {
  const temporary = temporaryDirectory();
  const bin = join(temporary.path, "bin");
  const notes = join(temporary.path, "notes");
  const caches: GitCache[] = [];
  const knownHosts = "git.example.com ssh-ed25519 AAAAC3Nza\n";
  let commit = "";
  let url = "";

  function makeCache(options: Partial<GitCacheOptions> = {}): GitCache {
    const cache = new GitCache({
      environment: { ...environment, PATH: `${bin}:${environment.PATH}` },
      backend: "native",
      cacheDirectory: join(temporary.path, "cache"),
      credentials: () => ({ sshPrivateKey: "-----BEGIN KEY-----\nprivate-text\n-----END KEY-----" }),
      knownHosts: () => knownHosts,
      ...options,
    });
    caches.push(cache);
    return cache;
  }

  function installSsh(lastLines: string): void {
    const script = [
      "#!/bin/sh",
      `printf '%s\\n' "$@" > '${notes}/arguments'`,
      `cp /dev/null '${notes}/known'; cp /dev/null '${notes}/identity'`,
      'for word in "$@"; do case "$word" in',
      `UserKnownHostsFile=*) cat "\${word#*=}" > '${notes}/known' ;;`,
      `*/identity) cat "$word" > '${notes}/identity'; ls -l "$word" > '${notes}/mode' ;;`,
      "esac; done",
      lastLines,
    ];
    writeFileSync(join(bin, "ssh"), `${script.join("\n")}\n`);
    chmodSync(join(bin, "ssh"), 0o755);
  }

  const note = (name: string) => readFileSync(join(notes, name), "utf8");

  beforeAll(() => {
    mkdirSync(bin);
    mkdirSync(notes);
    const fixture = new FixtureRepository(join(temporary.path, "repo it's"));
    commit = fixture.commit({ "a.txt": "a" });
    url = `ssh://git@git.example.com:2222${encodeURI(fixture.path)}`;
  });

  afterAll(async () => {
    await Promise.all(caches.map((cache) => cache.close()));
    temporary.remove();
  });

  test("known hosts are asked for strictly, the key lies in a file of its own, and nothing else of the user is used", async () => {
    installSsh('for last; do :; done\nexec sh -c "$last"');
    const cache = makeCache();
    const repository = await cache.open(url.replaceAll("%20", " ").replaceAll(" ", "%20"));
    expect(await repository.resolve("main")).toBe(commit);
    const words = note("arguments").split("\n");
    expect(words.slice(0, 2)).toEqual(["-F", "/dev/null"]);
    for (const option of [
      "StrictHostKeyChecking=yes",
      "GlobalKnownHostsFile=/dev/null",
      "BatchMode=yes",
      "IdentitiesOnly=yes",
      "IdentityAgent=none",
      "PasswordAuthentication=no",
      "PermitLocalCommand=no",
    ]) {
      expect(words).toContain(option);
    }
    expect(words).toContain("git@git.example.com");
    expect(words[words.indexOf("-p") + 1]).toBe("2222");
    expect(note("known")).toBe(knownHosts);
    expect(note("identity")).toContain("private-text\n-----END KEY-----\n");
    expect(note("mode")).toMatch(/^-rw-------/);
    expect(note("arguments")).not.toContain("private-text");
    const home = join(temporary.path, "cache/0/home");
    expect(existsSync(home) ? readdirSync(home) : []).toEqual([]);
    await cache.close();
  });

  test("without a key no other is tried", async () => {
    installSsh('for last; do :; done\nexec sh -c "$last"');
    const cache = makeCache({ credentials: () => undefined });
    expect(await (await cache.open(url)).resolve("main")).toBe(commit);
    expect(note("arguments").split("\n")).toContain("IdentityFile=none");
    expect(note("identity")).toBe("");
    await cache.close();
  });

  test("insecure, and only that, takes any host key", async () => {
    installSsh('for last; do :; done\nexec sh -c "$last"');
    const cache = makeCache({ credentials: () => ({ sshPrivateKey: "k", isInsecure: true }) });
    await (await cache.open(url)).resolve("main");
    expect(note("arguments").split("\n")).toContain("StrictHostKeyChecking=no");
    await cache.close();
  });

  test.each([
    [
      "No ED25519 host key is known for git.example.com\nHost key verification failed.",
      GitTrustError,
      "argocd-ssh-known-hosts-cm",
    ],
    ["git@git.example.com: Permission denied (publickey).", GitAuthError, undefined],
  ])("%j is told as what it is", async (text, kind, remedy) => {
    installSsh(`printf '%s\\n' '${text}' >&2\nexit 255`);
    const cache = makeCache();
    const error: unknown = await (await cache.open(url)).resolve("main").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ retryable: false });
    if (remedy !== undefined) expect((error as GitTrustError).details.remedy).toContain(remedy);
    expect(String(error)).not.toContain("private-text");
    await cache.close();
  });

  test("a proxy for ssh, and ssh without git, say that they are not there yet", async () => {
    const proxied = makeCache({ credentials: () => ({ sshPrivateKey: "k", proxy: "socks5://proxy:1080" }) });
    await expect((await proxied.open(url)).resolve("main")).rejects.toThrow(GitUnsupportedError);
    const inProcess = makeCache({ backend: "isomorphic" });
    await expect((await inProcess.open(url)).resolve("main")).rejects.toThrow("ssh needs git on this machine");
  });
});
