import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { FleetError } from "../../src/base/errors.ts";
import { note } from "../../src/cli/io.ts";
import { printable, printableLine } from "../../src/cli/printable.ts";
import { reportError } from "../../src/cli/report-error.ts";
import { formatTable } from "../../src/cli/table.ts";

class Refused extends FleetError {
  readonly reason = "Refused";
  readonly retryable = false;
}

function capture() {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  return { io: streams, said: () => String(streams.stderr.read() ?? "") };
}

it.each([
  { text: "plain, Ünïcode 集群 🚀", shown: "plain, Ünïcode 集群 🚀" },
  { text: "a\u001b]52;c;ZXZpbA==\u0007b", shown: "a\\u001b]52;c;ZXZpbA==\\u0007b" },
  { text: "\u009b2J\u007f\0", shown: "\\u009b2J\\u007f\\u0000" },
  { text: "gpj\u202e.exe", shown: "gpj\\u202e.exe" },
  { text: "one\r\ntwo\tthree", shown: "one\\u000d\ntwo\tthree" },
])("$shown is what a terminal is given", ({ text, shown }) => {
  expect(printable(text)).toBe(shown);
});

it("a cell stays on its line", () => {
  expect(printableLine("one\r\ntwo\tthree")).toBe("one two three");
  const columns = [{ heading: "NAME", cell: (row: string) => row }];
  expect(formatTable(["a\u001b[2K\nb"], columns)).toBe("NAME\na\\u001b[2K b\n");
});

it("what others wrote into an error or a warning reaches no terminal as a command", () => {
  const { io, said } = capture();
  note(io, "held \u001b[1A");
  expect(said()).toBe("held \\u001b[1A\n");
  reportError(io, new Refused("remote: \u001b[2J", { details: { remedy: "wait\u0007" } }), false);
  expect(said()).toBe("error: Refused: remote: \\u001b[2J\n  try:    wait\\u0007\n");
});
