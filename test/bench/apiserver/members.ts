import type { Figure } from "../figure.ts";
import type { Call } from "./client.ts";
import { startEmbedded } from "./contender.ts";
import { configMap } from "./objects.ts";
import { useOf } from "./processes.ts";

const many = 1_000;
const few = 100;
const objectsEach = 10;

/** Memory of one process with a hub, its controllers and simulated members that hold some objects each. */
export async function memberFigures(): Promise<Figure[]> {
  const small = await memoryWith(few);
  const large = await memoryWith(many);
  if (small === undefined || large === undefined) return [];
  const what = `memory of a hub and ${many} members with ${objectsEach} objects each`;
  return [
    { name: what, value: large, unit: "MB", goal: 600, enforced: true },
    {
      name: "growth of it by each member",
      value: (large - small) / (many - few),
      unit: "MB",
      goal: 0.5,
      enforced: true,
    },
  ];
}

async function memoryWith(members: number): Promise<number | undefined> {
  const server = await startEmbedded({ members });
  try {
    const calls = Array.from({ length: members * objectsEach }, (_, index): Call => {
      const root = `/clusters/member-${1 + (index % members)}/api/v1/namespaces/default/configmaps`;
      return { method: "POST", path: root, body: JSON.stringify(configMap(`settings-${index}`)) };
    });
    await server.client.askAll(calls, 10);
    return useOf(server.pids)?.residentMB;
  } finally {
    await server.stop();
  }
}
