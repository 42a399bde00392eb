import { applying } from "./areas/apply.ts";
import { auth } from "./areas/auth.ts";
import { bodies } from "./areas/bodies.ts";
import { cel } from "./areas/cel.ts";
import { celDetails } from "./areas/cel-details.ts";
import { custom } from "./areas/custom.ts";
import { crds } from "./areas/definitions.ts";
import { deletion } from "./areas/deletion.ts";
import { kinds } from "./areas/kinds.ts";
import { lists } from "./areas/lists.ts";
import { spaces } from "./areas/namespaces.ts";
import { objects } from "./areas/objects.ts";
import { patches } from "./areas/patches.ts";
import { patterns } from "./areas/patterns.ts";
import { rbac } from "./areas/rbac.ts";
import { reviews } from "./areas/reviews.ts";
import { security } from "./areas/security.ts";
import { watches } from "./areas/watches.ts";
import type { Area } from "./step.ts";

/** Everything that is compared, by part of the API. */
export const areas: readonly Area[] = [
  objects,
  bodies,
  lists,
  patches,
  applying,
  custom,
  crds,
  cel,
  celDetails,
  patterns,
  kinds,
  watches,
  deletion,
  spaces,
  reviews,
  rbac,
  auth,
  security,
];
