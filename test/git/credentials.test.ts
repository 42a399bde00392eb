import { describe, expect, test } from "vitest";
import {
  authorization,
  type GitCredentials,
  type RepositorySecret,
  scrub,
  secretTextsOf,
  selectCredentials,
} from "../../src/git/credentials.ts";
import { GitUnsupportedError } from "../../src/git/errors.ts";

function secret(name: string, type: RepositorySecret["type"], texts: Record<string, string>): RepositorySecret {
  return { name, namespace: "argocd", type, texts };
}

const url = "https://git.example.com/team/app.git";

describe("which Secret is used", () => {
  const cases: readonly {
    readonly name: string;
    readonly secrets: readonly RepositorySecret[];
    readonly url?: string;
    readonly project?: string;
    readonly want: GitCredentials | undefined;
  }[] = [
    { name: "none", secrets: [], want: undefined },
    {
      name: "the repository's own, however its URL is written",
      secrets: [secret("a", "repository", { url: "https://Git.example.com/team/app", username: "u", password: "p" })],
      want: { username: "u", password: "p" },
    },
    {
      name: "not that of another repository",
      secrets: [secret("a", "repository", { url: "https://git.example.com/team/app2", password: "p" })],
      want: undefined,
    },
    {
      name: "the template with the longest beginning",
      secrets: [
        secret("a", "repo-creds", { url: "https://git.example.com", password: "short" }),
        secret("b", "repo-creds", { url: "https://git.example.com/team", password: "long" }),
      ],
      want: { password: "long" },
    },
    {
      name: "a repository without a login takes it from the template",
      secrets: [
        secret("a", "repository", { url, insecure: "true", proxy: "http://proxy:1" }),
        secret("b", "repo-creds", { url: "https://git.example.com/", username: "u", password: "p" }),
      ],
      want: { username: "u", password: "p", proxy: "http://proxy:1", isInsecure: true },
    },
    {
      name: "a repository with a login of its own takes nothing from the template",
      secrets: [
        secret("a", "repository", { url, sshPrivateKey: "k" }),
        secret("b", "repo-creds", { url: "https://git.example.com/", username: "u", password: "p" }),
      ],
      want: { sshPrivateKey: "k" },
    },
    {
      name: "a template does not lower the guard",
      secrets: [secret("b", "repo-creds", { url: "https://git.example.com/", password: "p", insecure: "true" })],
      want: { password: "p" },
    },
    {
      name: "a template is not for a host whose name only begins like its own",
      secrets: [secret("b", "repo-creds", { url: "https://git.example.com", password: "p" })],
      url: "https://git.example.com.evil.org/x",
      want: undefined,
    },
    {
      name: "a template for a host and user over ssh",
      secrets: [secret("b", "repo-creds", { url: "git@git.example.com:team/", sshPrivateKey: "k" })],
      url: "ssh://git@git.example.com/team/x.git",
      want: { sshPrivateKey: "k" },
    },
    {
      name: "the project's own goes before the one of no project",
      secrets: [
        secret("a", "repository", { url, password: "shared" }),
        secret("b", "repository", { url, password: "mine", project: "web" }),
      ],
      project: "web",
      want: { password: "mine" },
    },
    {
      name: "another project's is never used",
      secrets: [secret("b", "repository", { url, password: "mine", project: "web" })],
      project: "mail",
      want: undefined,
    },
    {
      name: "a project's is not used without a project",
      secrets: [secret("b", "repository", { url, password: "mine", project: "web" })],
      want: undefined,
    },
    {
      name: "bearer tokens and client certificates",
      secrets: [secret("a", "repository", { url, bearerToken: "t", tlsClientCertData: "c", tlsClientCertKey: "k" })],
      want: { bearerToken: "t", tlsClientCert: "c", tlsClientKey: "k" },
    },
    {
      name: "fields named like those of every object are not taken for its fields",
      secrets: [
        secret("a", "repository", Object.create({ password: "inherited" }, { url: { value: url, enumerable: true } })),
      ],
      want: {},
    },
  ];

  test.each(cases)("$name", ({ secrets, url: asked = url, project, want }) => {
    expect(selectCredentials(secrets, asked, project)).toEqual(want);
    expect(selectCredentials([...secrets].reverse(), asked, project)).toEqual(want);
  });

  test.each([
    ["githubAppPrivateKey", "a GitHub App"],
    ["gcpServiceAccountKey", "a Google service account"],
    ["azureServicePrincipalClientSecret", "an Azure service principal"],
  ])("%s is refused by name and without its value", (field, what) => {
    const secrets = [secret("gh", "repository", { url, [field]: "PRIVATE-VALUE" })];
    expect(() => selectCredentials(secrets, url)).toThrow(GitUnsupportedError);
    expect(() => selectCredentials(secrets, url)).toThrow(`Secret argocd/gh for ${url} logs in as ${what}`);
    expect(() => selectCredentials(secrets, url)).not.toThrow("PRIVATE-VALUE");
  });
});

test("what leaves is scrubbed of every form of a secret", () => {
  const credentials: GitCredentials = { username: "u", password: "p/w ö", bearerToken: "tok-123" };
  const basic = Buffer.from("u:p/w ö").toString("base64");
  const text = `fatal: https://u:other@host/x p/w ö ${encodeURIComponent("p/w ö")} ${basic} tok-123 Authorization: Basic abc=`;
  const clean = scrub(text, secretTextsOf(credentials));
  for (const leak of ["p/w ö", encodeURIComponent("p/w ö"), basic, "tok-123", "other", "abc="])
    expect(clean).not.toContain(leak);
  expect(clean).toContain("https://host/x");
});

test.each<[GitCredentials | undefined, string | undefined]>([
  [undefined, undefined],
  [{}, undefined],
  [{ username: "u", password: "p" }, `Basic ${Buffer.from("u:p").toString("base64")}`],
  [{ password: "p" }, `Basic ${Buffer.from("x-access-token:p").toString("base64")}`],
  [{ bearerToken: "t" }, "Bearer t"],
])("the header of %j is %s", (credentials, header) => {
  expect(authorization(credentials)).toBe(header);
});
