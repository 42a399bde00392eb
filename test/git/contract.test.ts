import { describe } from "vitest";
import { gitContract } from "./contract.ts";
import { hasGit } from "./fixture-repository.ts";

// Without git there is nothing to make repositories with, and no server to serve them.
describe.skipIf(!hasGit)(
  "the contract of a git backend (skipped where git is not installed: it makes the fixtures)",
  () => {
    for (const backend of ["native", "isomorphic"] as const) {
      for (const place of ["mapped", "http"] as const) gitContract(backend, place);
    }
  },
);
