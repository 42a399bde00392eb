import type { Ports } from "../../generators/ports.ts";
import type { Inventory } from "../inputs/inventory.ts";
import type { Hub } from "./connect.ts";

/** Where a command reads what generators need. */
export interface World {
  readonly ports: Ports;
  readonly namespace: string;
  /** The files of `--inventory`; empty online. */
  readonly inventory: Inventory;
  /** The hub; undefined offline. */
  readonly hub: Hub | undefined;
  close(): Promise<void>;
}
