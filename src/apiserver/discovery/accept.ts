import type { DiscoveryVersion } from "./aggregated.ts";

/** The first form in the Accept header that we can answer in: aggregated discovery, or undefined for the older one. */
export function acceptedDiscovery(accept: string | undefined): DiscoveryVersion | undefined {
  for (const clause of (accept ?? "").split(",")) {
    const [type = "", ...parameters] = clause.split(";").map((part) => part.trim());
    if (type !== "application/json" && type !== "*/*" && type !== "application/*") continue;
    const named = new Map(parameters.map((parameter) => parameter.split("=", 2) as [string, string]));
    if (!named.has("as")) return undefined;
    const version = named.get("v");
    if (named.get("as") !== "APIGroupDiscoveryList" || named.get("g") !== "apidiscovery.k8s.io") continue;
    if (version === "v2" || version === "v2beta1") return version;
  }
  return undefined;
}
