// biome-ignore-all lint/suspicious/noExplicitAny: answers have every shape
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Api } from "../support/api.ts";
import { mask } from "./mask.ts";
import type { Actor, Area, Seen, Step } from "./step.ts";

/** What a server said to one step, as far as two servers can be compared. */
export interface Entry {
  readonly step: string;
  readonly status: number;
  readonly type?: string;
  readonly warning?: string;
  readonly body?: any;
}

const types: { readonly [name: string]: string } = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
  yaml: "application/yaml",
};

const patienceMs = 40_000;

/** Plays an area's steps in a namespace of its own; one entry per step, those within a watch included. */
export async function play(api: Api, area: Area): Promise<readonly Entry[]> {
  const seen: { [step: string]: any; last: any } = { last: undefined };
  const entries: Entry[] = [];
  await api.send("POST", "/api/v1/namespaces", { body: { metadata: { name: area.name } } });
  await api.send("GET", `/api/v1/namespaces/${area.name}/serviceaccounts/default`);
  for (const step of area.steps) await playStep({ api, seen, entries }, step);
  return entries;
}

interface Stage {
  readonly api: Api;
  readonly seen: { [step: string]: any; last: any };
  readonly entries: Entry[];
}

async function playStep(stage: Stage, step: Step): Promise<void> {
  if (step.events !== undefined) return playWatch(stage, step, step.events);
  const answer = await settledAnswer(stage, step);
  const body = bodyOf(answer);
  stage.seen.last = body;
  stage.seen[step.name] = body;
  stage.entries.push(entryOf(step, answer, mask(body)));
}

async function settledAnswer(stage: Stage, step: Step): Promise<Answer> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask(stage.api, stage.seen, step);
    if (step.until === undefined || step.until(bodyOf(answer), answer.status)) return answer;
    if (Date.now() > end) throw new Error(`${step.name}: not so after ${patienceMs / 1000} s: ${answer.text}`);
    await sleep(20);
  }
}

function ask(api: Api, seen: Seen, step: Step, until?: (text: string) => boolean): Promise<Answer> {
  const { method, path, body, type, accept, as } = step;
  const content = typeof body === "function" ? body(seen) : body;
  const headers = {
    "user-agent": "answers/1.0",
    ...(type !== undefined && { "content-type": types[type] ?? type }),
    ...(accept !== undefined && { accept }),
    ...step.headers,
    ...(as !== undefined && actorHeaders(as, seen)),
  };
  return api.send(method, typeof path === "function" ? path(seen) : path, {
    headers,
    isStranger: as?.token !== undefined,
    ...(content !== undefined && { body: content }),
    ...(until !== undefined && { until }),
  });
}

function actorHeaders({ user, groups, token }: Actor, seen: Seen): { [name: string]: string | readonly string[] } {
  const bearer = typeof token === "function" ? token(seen) : token;
  return {
    ...(bearer !== undefined && bearer !== "" && { authorization: `Bearer ${bearer}` }),
    ...(user !== undefined && { "impersonate-user": user }),
    ...(groups !== undefined && { "impersonate-group": groups }),
  };
}

/** The steps within begin once the server has answered; their entries stand before the watch's own. */
async function playWatch(stage: Stage, step: Step, events: number): Promise<void> {
  const isEnough = (text: string): boolean => text.split("\n").length > events;
  const watching = ask(stage.api, stage.seen, step, isEnough);
  // A watch that starts "now" must be there before the first change.
  await sleep(150);
  for (const inner of step.during ?? []) await playStep(stage, inner);
  const answer = await Promise.race([watching, sleep(patienceMs, undefined, { ref: false })]);
  if (answer === undefined) throw new Error(`${step.name}: fewer than ${events} events`);
  const lines = answer.text.split("\n").filter((line) => line !== "");
  stage.entries.push(entryOf(step, answer, mask(lines.map((line) => JSON.parse(line)))));
}

function bodyOf(answer: Answer): any {
  try {
    return answer.json;
  } catch {
    // Not everything is JSON; what is not is compared as text.
    return answer.text;
  }
}

function entryOf(step: Step, { status, headers }: Answer, body: any): Entry {
  const type = String(headers["content-type"] ?? "").split(";")[0] ?? "";
  const { warning } = headers;
  return {
    step: step.name,
    status,
    ...(type !== "application/json" && { type }),
    ...(warning !== undefined && { warning: mask(String(warning)) }),
    body,
  };
}
