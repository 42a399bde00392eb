import type { GitSource } from "../../git/repository.ts";
import { gitPort } from "../../inputs/git-source.ts";
import { hubPorts } from "../../inputs/hub.ts";
import { generateSet } from "../../render/generated-set.ts";
import type { HubView } from "../hub-view.ts";
import { viewReader } from "../view-reader.ts";
import type { SetReconcilerOptions } from "./reconcile.ts";

export interface SetGeneratorOptions {
  readonly view: HubView;
  readonly git: GitSource;
  readonly newGitFileGlobbing: boolean;
}

/** Generates sets from the copies that the view keeps and from git, by the same functions as the command line. */
export function setGenerator({ view, git, newGitFileGlobbing }: SetGeneratorOptions): SetReconcilerOptions["generate"] {
  return (set, { refresh, signal }) => {
    const ports = hubPorts(viewReader(view, signal), gitPort(git, { refresh }));
    return generateSet(set, ports, { newGitFileGlobbing, signal });
  };
}
