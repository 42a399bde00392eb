/** What an entry may have in `spec.fleet.generators` and not in `spec.generators`, where it would be dropped without a word. */
export const entryExtensions: readonly string[] = ["configMap", "when", "optional", "defaults", "keys"];

const place = /^spec\.generators\[\d+\](?:\.(?:matrix|merge)\.generators\[\d+\])*\.([A-Za-z]+)$/;

/** The first of the fields that pruning dropped which asks for something that only `spec.fleet.generators` has. */
export function misplacedExtension(dropped: readonly string[]): string | undefined {
  return dropped.find((path) => entryExtensions.includes(place.exec(path)?.[1] ?? ""));
}
