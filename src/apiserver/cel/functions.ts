import { addresses } from "./library/addresses.ts";
import { conversions } from "./library/conversions.ts";
import { formatting } from "./library/format.ts";
import { lists } from "./library/lists.ts";
import { namedFormats } from "./library/named-formats.ts";
import { operators } from "./library/operators.ts";
import { optionals } from "./library/optionals.ts";
import { quantities } from "./library/quantities.ts";
import { regularExpressions } from "./library/regular-expressions.ts";
import { semvers } from "./library/semver.ts";
import { strings } from "./library/strings.ts";
import { times } from "./library/times.ts";
import { urls } from "./library/urls.ts";
import type { Overload } from "./overload.ts";

const libraries: readonly (readonly Overload[])[] = [
  operators,
  conversions,
  times,
  strings,
  formatting,
  lists,
  optionals,
  regularExpressions,
  urls,
  addresses,
  quantities,
  semvers,
  namedFormats,
];

/** The functions that rules may call, by name: CEL's own and those of Kubernetes' libraries. */
export const functions: ReadonlyMap<string, readonly Overload[]> = byName(libraries.flat());

function byName(overloads: readonly Overload[]): Map<string, Overload[]> {
  const found = new Map<string, Overload[]>();
  for (const overload of overloads) {
    const same = found.get(overload.name);
    if (same === undefined) found.set(overload.name, [overload]);
    else same.push(overload);
  }
  return found;
}
