import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { type Fleet, gitContract, makeFleet } from "./contract.ts";
import { hasGit, temporaryDirectory } from "./fixture-repository.ts";

// Without git there is nothing to make repositories with, and no server to serve them.
describe.skipIf(!hasGit)(
  "the contract of a git backend (skipped where git is not installed: it makes the fixtures)",
  () => {
    const temporary = temporaryDirectory();
    let fleet: Fleet;

    beforeAll(() => {
      fleet = makeFleet(join(temporary.path, "fleet"));
    });

    afterAll(() => temporary.remove());

    for (const backend of ["native", "isomorphic"] as const) {
      for (const place of ["mapped", "http"] as const) gitContract(backend, place, () => fleet);
    }
  },
);
