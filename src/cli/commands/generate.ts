import type { CommandSpec } from "../command.ts";
import { fileFlag, isSet, kubeFlags, listFlag, offlineFlags, outputFlag, scmFlags, textFlag } from "../flags.ts";

/** `fleetset generate`: the Applications of ApplicationSets, written nowhere. */
export const generateCommand: CommandSpec = {
  name: "generate",
  summary: "print the Applications that ApplicationSets generate",
  description:
    "Expands ApplicationSets and prints the Applications, in the order of generation. Nothing is written. With --inventory or " +
    "--repo nothing is dialled either; without them clusters come from the current kubeconfig context and repositories from " +
    "their remotes.",
  flags: [
    fileFlag,
    ...offlineFlags,
    ...scmFlags,
    { flags: "--show-params", description: "print the parameters of each row, and where it comes from, instead" },
    outputFlag(["yaml", "json", "name", "wide"], "yaml"),
    ...kubeFlags,
  ],
  examples: [
    "fleetset generate -f appset.yaml",
    "fleetset generate -f appset.yaml --inventory clusters/ --repo https://git.example.com/apps.git=./apps -o name",
    "fleetset generate -f appset.yaml --inventory clusters/ --show-params",
  ],
  async run(context, _args, flags) {
    const { generateFiles } = await import("../generate-files.ts");
    return generateFiles(context, flags, {
      files: listFlag(flags, "filename"),
      format: textFlag(flags, "output") ?? "yaml",
      showParams: isSet(flags, "showParams"),
    });
  },
};
