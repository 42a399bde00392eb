/**
 * SHA-256 of the whole JSON output by engine and fleet, so that a figure never comes from other Applications than the ones
 * it was first taken from. The three forms of the template say the same, so all engines write the same bytes; go-patch adds
 * a templatePatch.
 */
const small = "ab7d78233091fceeb43f7ab80e4a33a3334c49d4ea61ab445f7abab4c17e6c8c";
const large = "7c4945b28c90fbb32ff3015097f53ab0cc9e86c6f191e9902526ad1d8ad3dbdc";

export const digests: { readonly [fleet: string]: string } = {
  "flat 500x20": small,
  "flat 1000x100": large,
  "go 500x20": small,
  "go 1000x100": large,
  "go-patch 500x20": "dc6bd6a1024518866c4af6e36fccfe04a0f4f06dcdc2e7d5fc7f92a0020f9c8f",
  "go-patch 1000x100": "3743d1b885392f37f6cf72729b18e403579da368ac0d80255219de13af64eaab",
  "handlebars 500x20": small,
  "handlebars 1000x100": large,
};
