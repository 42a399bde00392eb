import { join } from "node:path";
import { commands } from "./commands.ts";
import { type Step, steps } from "./session.ts";

export interface Session {
  readonly name: string;
  readonly steps: readonly Step[];
  /** What a kube-apiserver and its kubectl said: `{ kubectl: MINOR, transcript: Entry[] }`. */
  readonly vector: string;
}

const vectors = join(import.meta.dirname, "../../vectors/apiserver");

/** All that kubectl is made to say, each session in a namespace of its own. */
export const sessions: readonly Session[] = [
  { name: "session", steps, vector: join(vectors, "kubectl-session.json") },
  { name: "commands", steps: commands, vector: join(vectors, "kubectl-commands.json") },
];
