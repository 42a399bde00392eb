import { GenerationError } from "../../src/base/errors.ts";
import type { ScmSession } from "./session.ts";

/** What `cloneProtocol` asks for, ssh when it is empty. Throws a GenerationError for one that the vendor does not have. */
export function protocolOf<P extends string>(protocol: string, known: readonly P[], { context }: ScmSession): P {
  const wanted = protocol === "" ? "ssh" : protocol;
  const found = known.find((name) => name === wanted);
  if (found !== undefined) return found;
  const field = `${context.at}.cloneProtocol`;
  throw new GenerationError(`${field} is ${JSON.stringify(protocol)}, which this provider does not know`, {
    details: { field, remedy: `use ${known.join(" or ")}` },
  });
}
