import { GenerationError } from "../../base/errors.ts";

/** Where an artifact lives: the registry's host with its port, and the repository's name there. */
export interface OciRepository {
  readonly host: string;
  readonly name: string;
}

const hostText = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;
const nameText = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagText = /^\w[\w.-]{0,127}$/;
const digestText = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** The service behind Docker Hub's name. */
const hosts: { readonly [host: string]: string } = { "docker.io": "registry-1.docker.io" };

/**
 * Reads `oci://HOST[:PORT]/NAME`; the scheme may be left out. Throws a GenerationError for a text that names no
 * repository. Grammar: the OCI distribution specification.
 */
export function parseRepository(url: string): OciRepository {
  const text = url
    .trim()
    .replace(/^oci:\/\//i, "")
    .replace(/\/+$/, "");
  const slash = text.indexOf("/");
  const host = text.slice(0, Math.max(slash, 0));
  const name = text.slice(slash + 1);
  if (hostText.test(host) && name.length <= 255 && nameText.test(name)) return { host: hosts[host] ?? host, name };
  throw new GenerationError(`${JSON.stringify(text.slice(0, 200).replace(/^[^/]*@/, ""))} names no OCI repository`, {
    details: { remedy: "write oci://HOST/NAME, without a login and a tag" },
  });
}

export function isTag(text: string): boolean {
  return tagText.test(text);
}

export function isDigest(text: string): boolean {
  return digestText.test(text);
}
