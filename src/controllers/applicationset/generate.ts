import type { GitSource } from "../../git/repository.ts";
import { gitPort } from "../../inputs/git-source.ts";
import type { HttpCache } from "../../inputs/http-cache.ts";
import { hubPorts } from "../../inputs/hub.ts";
import { generateSet } from "../../render/generated-set.ts";
import type { HubView } from "../hub-view.ts";
import { viewReader } from "../view-reader.ts";
import type { SetReconcilerOptions } from "./reconcile.ts";

export interface SetGeneratorOptions {
  readonly view: HubView;
  readonly git: GitSource;
  /** Answers of plugins and providers, kept between generations. */
  readonly http: HttpCache;
  readonly newGitFileGlobbing: boolean;
}

/** Generates sets from the copies that the view keeps and from git, by the same functions as the command line. */
export function setGenerator({
  view,
  git,
  http,
  newGitFileGlobbing,
}: SetGeneratorOptions): SetReconcilerOptions["generate"] {
  return (set, { refresh, signal }) => {
    const ports = hubPorts(viewReader(view, signal), { git: gitPort(git, { refresh }), http: http.port({ refresh }) });
    return generateSet(set, ports, { newGitFileGlobbing, signal });
  };
}
