import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findKubectl } from "../../support/kubectl.ts";
import { type Embedded, startEmbedded } from "./embedded.ts";
import { type Entry, runSession, withoutRepairs } from "./session.ts";
import { sessions } from "./sessions.ts";

const kubectl = findKubectl();
if (kubectl === undefined)
  console.log("kubectl sessions not run, counted neither as passed nor as failed: no kubectl here");

interface Recorded {
  readonly kubectl: string;
  readonly transcript: readonly Entry[];
}

describe.skipIf(kubectl === undefined).each(sessions)("kubectl $name", ({ steps, vector }) => {
  const recorded: Recorded = JSON.parse(readFileSync(vector, "utf8"));
  let embedded: Embedded;
  let transcript: readonly Entry[] = [];

  beforeAll(async () => {
    embedded = await startEmbedded();
    if (kubectl !== undefined) transcript = await runSession(kubectl, { kubeconfig: embedded.kubeconfig }, steps);
  }, 180_000);

  afterAll(() => embedded?.close());

  // Another kubectl words things differently; what works and what is refused stays the same.
  const isSame = kubectl?.minor === recorded.kubectl;

  it.each(recorded.transcript.map((entry, index) => [index + 1, entry.step, entry] as const))(
    "%d. kubectl %s",
    (number, _, want) => {
      const entry = transcript[number - 1];
      if (isSame) expect(entry).toEqual(want);
      else expect(entry).toMatchObject({ step: want.step, code: want.code });
    },
  );

  it("meets no error of the server's own", () => expect(embedded.errors).toEqual([]));
});

it("leaves out that an address of a Service was given again, and nothing else", () => {
  const repair = " Warning ClusterIPNotAllocated <age> x Cluster IP [IPv4]: <address> is not allocated; repairing\n";
  const titles = "Events:\n Type Reason Age From Message\n ---- ------ ---- ---- -------\n";
  const described = (stdout: string) => withoutRepairs({ step: "describe", code: 0, stdout, stderr: "" }).stdout;
  expect(described(`Name: web\n${titles}${repair}`)).toBe("Name: web\nEvents: <none>\n");
  expect(described(`${titles}${repair} Normal Other <age> x y\n`)).toBe(`${titles} Normal Other <age> x y\n`);
  const listed = { step: "events", code: 0, stdout: `LAST SEEN TYPE REASON OBJECT MESSAGE\n${repair}`, stderr: "" };
  expect(withoutRepairs(listed)).toMatchObject({ stdout: "", stderr: "No events found in session namespace.\n" });
});
