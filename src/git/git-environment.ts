import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { authorization, type GitCredentials } from "./credentials.ts";
import { GitUnsupportedError } from "./errors.ts";
import type { ProcessEnvironment } from "./process.ts";
import { displayUrl, type RemoteUrl } from "./remote-url.ts";

/** A remote with all that is needed to talk to it. */
export interface Remote {
  readonly url: RemoteUrl;
  readonly credentials: GitCredentials | undefined;
  /** The text of a known_hosts file. */
  readonly knownHosts: string;
}

export interface PreparedEnvironment {
  readonly env: ProcessEnvironment;
  /** Removes the files that hold keys. */
  discard(): void;
}

/** What a command of git may see of the environment that fleetset runs in. */
const inherited = [
  ...["PATH", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_EXEC_PATH"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"],
];

/** Config that every command runs under, above whatever a repository says. */
const fixedConfig: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.askPass", ""],
  ["core.bigFileThreshold", "16m"],
  ["credential.helper", ""],
  ["http.followRedirects", "false"],
  ["http.lowSpeedLimit", "1"],
  ["http.lowSpeedTime", "60"],
  ["protocol.version", "2"],
  ["transfer.unpackLimit", "1"],
  ["transfer.bundleURI", "false"],
  ["fetch.recurseSubmodules", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["safe.directory", "*"],
];

/** The environment of a command that only reads what is on this machine. */
export function localEnvironment(outer: ProcessEnvironment, home: string): ProcessEnvironment {
  return { ...baseEnvironment(outer, home), GIT_ALLOW_PROTOCOL: "none", ...configVariables(fixedConfig) };
}

/**
 * The environment of a command that talks to a remote. Logins go into configuration that git reads from the environment,
 * keys into files of a directory of their own that only this user can read; none of it into an argument.
 */
export function remoteEnvironment(outer: ProcessEnvironment, home: string, remote: Remote): PreparedEnvironment {
  const files = new SecretFiles(home);
  try {
    const base = { ...baseEnvironment(outer, home), GIT_ALLOW_PROTOCOL: "http:https:ssh" };
    const specific = remote.url.kind === "ssh" ? sshSettings(remote, files) : httpSettings(remote, files);
    const env = { ...base, ...specific.env, ...configVariables([...fixedConfig, ...specific.config]) };
    return { env, discard: () => files.discard() };
  } catch (error: unknown) {
    files.discard();
    throw error;
  }
}

interface Settings {
  readonly env: ProcessEnvironment;
  readonly config: readonly (readonly [string, string])[];
}

function baseEnvironment(outer: ProcessEnvironment, home: string): ProcessEnvironment {
  const kept = inherited.flatMap((name) => (outer[name] === undefined ? [] : [[name, outer[name]] as const]));
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    XDG_CONFIG_HOME: home,
    // Commands start in the home directory; a repository that lies around it is none of their business.
    GIT_CEILING_DIRECTORIES: dirname(home),
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_LFS_SKIP_SMUDGE: "1",
  };
}

function configVariables(config: readonly (readonly [string, string])[]): ProcessEnvironment {
  const pairs = config.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key] as const,
    [`GIT_CONFIG_VALUE_${index}`, value] as const,
  ]);
  return { GIT_CONFIG_COUNT: String(config.length), ...Object.fromEntries(pairs) };
}

function httpSettings({ url, credentials }: Remote, files: SecretFiles): Settings {
  const config: [string, string][] = [];
  const env: Record<string, string> = {};
  const header = authorization(credentials);
  // Scoped to the host, so that nothing else that git may dial is sent it.
  if (header !== undefined) config.push([`http.${new URL(url.url).origin}/.extraHeader`, `Authorization: ${header}`]);
  if (credentials?.isInsecure === true) config.push(["http.sslVerify", "false"]);
  if (credentials?.proxy !== undefined) config.push(["http.proxy", credentials.proxy]);
  if (credentials?.noProxy !== undefined) env.NO_PROXY = env.no_proxy = credentials.noProxy;
  if (credentials?.tlsAuthorities !== undefined)
    env.GIT_SSL_CAINFO = files.write("authorities", credentials.tlsAuthorities);
  if (credentials?.tlsClientCert !== undefined && credentials.tlsClientKey !== undefined) {
    env.GIT_SSL_CERT = files.write("certificate", credentials.tlsClientCert);
    env.GIT_SSL_KEY = files.write("key", credentials.tlsClientKey);
  }
  return { env, config };
}

function sshSettings({ url, credentials, knownHosts }: Remote, files: SecretFiles): Settings {
  if (credentials?.proxy !== undefined) {
    throw new GitUnsupportedError(
      `a proxy for ssh, as the Secret for ${displayUrl(url.url)} has it, is not supported yet`,
      {
        details: { remedy: "use an https URL, or take proxy out of the Secret" },
      },
    );
  }
  const hosts = credentials?.isInsecure === true ? "/dev/null" : files.write("known_hosts", knownHosts);
  const options = [
    "BatchMode=yes",
    `StrictHostKeyChecking=${credentials?.isInsecure === true ? "no" : "yes"}`,
    `UserKnownHostsFile=${hosts}`,
    "GlobalKnownHostsFile=/dev/null",
    "IdentitiesOnly=yes",
    "IdentityAgent=none",
    "PasswordAuthentication=no",
    "ForwardAgent=no",
    "ForwardX11=no",
    "ClearAllForwardings=yes",
    "PermitLocalCommand=no",
    "UpdateHostKeys=no",
    "ConnectTimeout=20",
    "ServerAliveInterval=15",
    "ServerAliveCountMax=4",
  ];
  const words = ["ssh", "-F", "/dev/null", ...options.flatMap((option) => ["-o", option])];
  if (credentials?.sshPrivateKey !== undefined) {
    words.push("-i", files.write("identity", `${credentials.sshPrivateKey.trimEnd()}\n`));
  } else words.push("-o", "IdentityFile=none");
  // git hands this to a shell. All of it is ours, and every word is quoted.
  return { env: { GIT_SSH_COMMAND: words.map(quoted).join(" "), GIT_SSH_VARIANT: "ssh" }, config: [] };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Files that only this user can read, in a directory that goes with them. */
class SecretFiles {
  readonly #home: string;
  #directory: string | undefined;

  constructor(home: string) {
    this.#home = home;
  }

  write(name: string, text: string): string {
    this.#directory ??= mkdtempSync(join(this.#home, "keys-"));
    const path = join(this.#directory, name);
    writeFileSync(path, text, { mode: 0o600, flag: "wx" });
    return path;
  }

  discard(): void {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
  }
}
