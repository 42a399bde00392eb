import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseYaml } from "../../src/base/yaml.ts";
import { runCli } from "../support/cli.ts";
import { removeCopy, serveAnswers, withHost } from "../support/http-fixture.ts";

// The golden cases that ask a server or read other resources, by the command line: offline, and yet plugins are asked.
const root = join(import.meta.dirname, "../vectors/applicationset");
const cases = ["plugin", "cluster-decision-resource"].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => join(group, name)),
);

describe("fleetset generate", () => {
  it.concurrent.each(cases)("%s", async (name) => {
    const folder = join(root, name);
    const answers = join(folder, "http");
    const server = existsSync(answers) ? await serveAnswers(answers) : undefined;
    const inventory = withHost(join(folder, "inventory"), server?.host ?? "127.0.0.1:1");
    try {
      const args = ["generate", "-f", join(folder, "appset.yaml"), "--inventory", inventory, "-o", "json"];
      compare(await runCli(args), folder);
    } finally {
      removeCopy(inventory);
      await server?.close();
    }
  });
});

function compare({ code, stdout, stderr }: Awaited<ReturnType<typeof runCli>>, folder: string): void {
  if (!existsSync(join(folder, "error.yaml"))) {
    expect(stderr).not.toContain("error:");
    expect(code).toBe(0);
    const { items } = JSON.parse(stdout) as { readonly items: unknown };
    expect(items).toEqual(JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")));
    return;
  }
  const { reason } = parseYaml(readFileSync(join(folder, "error.yaml"), "utf8")) as { readonly reason: string };
  expect(code).toBe(1);
  const { error } = JSON.parse(stdout) as { readonly error: { readonly reason: string } };
  if (reason !== "Panic") expect(error.reason).toBe(reason);
  expect(stderr).not.toMatch(/s3cret|plain-text-token/);
}
