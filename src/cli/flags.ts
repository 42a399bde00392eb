import { UsageError } from "../base/errors.ts";
import type { FlagSpec, FlagValues } from "./command.ts";

/** Flags that several commands share, written once and named as kubectl names them. */
export const kubeFlags: readonly FlagSpec[] = [
  { flags: "--kubeconfig <file>", description: "kubeconfig file to use" },
  { flags: "--context <name>", description: "context of the kubeconfig to use" },
  {
    flags: "-n, --namespace <name>",
    description: "namespace of sets, Applications and cluster Secrets (default: the context's, else argocd)",
  },
];

export function outputFlag(choices: readonly string[], fallback: string): FlagSpec {
  return { flags: "-o, --output <format>", description: "output format", choices, default: fallback };
}

export const offlineFlags: readonly FlagSpec[] = [
  {
    flags: "--inventory <path>",
    description: "directory or file of Kubernetes YAML to read instead of a cluster (repeatable)",
    repeat: true,
  },
  {
    flags: "--repo <url=path>",
    description: "a git repository or plain directory that stands for URL at every revision (repeatable)",
    repeat: true,
    parse: parseRepo,
  },
  {
    flags: "--enable-new-git-file-globbing",
    description: "match git files as Argo CD's flag of the same name does (doublestar)",
  },
];

export const allowLocalFlag: FlagSpec = {
  flags: "--allow-local-repository <dir>",
  description: "repositories below this directory may be named by path or file:// URL (repeatable)",
  repeat: true,
};

/** What generators may ask of providers of repositories, named as Argo CD's controller names it. */
export const scmFlags: readonly FlagSpec[] = [
  {
    flags: "--enable-scm-providers <bool>",
    description: "whether scmProvider and pullRequest generators may be used",
    choices: ["true", "false"],
    default: "true",
  },
  {
    flags: "--allowed-scm-providers <urls>",
    description: "the api fields that such generators may have, separated by commas (repeatable; default: any)",
    repeat: true,
  },
  {
    flags: "--token-ref-strict-mode",
    description: "they may refer only to Secrets labelled argocd.argoproj.io/secret-type: scm-creds",
  },
  { flags: "--scm-root-ca-path <file>", description: "certificates in PEM form that are trusted at providers too" },
  { flags: "--scm-proxy-url <url>", description: "the proxy to providers (default: that of the environment)" },
  { flags: "--scm-no-proxy <hosts>", description: "hosts and networks that --scm-proxy-url is not for" },
];

export const fileFlag: FlagSpec = {
  flags: "-f, --filename <file>",
  description: "file with ApplicationSets; - reads standard input (repeatable)",
  repeat: true,
};

export interface RepoMapping {
  readonly url: string;
  readonly path: string;
}

/** `URL=PATH`, split at the last `=`, since a URL may hold one. */
export function parseRepo(text: string): RepoMapping {
  const at = text.lastIndexOf("=");
  if (at <= 0 || at === text.length - 1) {
    throw new UsageError(`--repo ${JSON.stringify(text)} is not URL=PATH`, {
      details: { remedy: "write for example --repo https://git.example.com/apps.git=./apps" },
    });
  }
  return { url: text.slice(0, at), path: text.slice(at + 1) };
}

export function textFlag(flags: FlagValues, name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
}

export function listFlag<T = string>(flags: FlagValues, name: string): readonly T[] {
  const value = flags[name];
  return Array.isArray(value) ? (value as T[]) : [];
}

export function isSet(flags: FlagValues, name: string): boolean {
  return flags[name] === true;
}

/** A whole number of at least `min`, for a flag's `parse`. */
export function wholeNumber(flag: string, min = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min) return value;
    throw new UsageError(`${flag} ${JSON.stringify(text)} is no whole number of at least ${min}`);
  };
}
