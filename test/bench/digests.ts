/** SHA-256 of the whole JSON output by engine and fleet, from a run whose Applications were compared with Argo CD's. */
export const digests: { readonly [fleet: string]: string } = {
  "flat 500x20": "",
  "flat 1000x100": "",
  "go 500x20": "",
  "go 1000x100": "",
  "handlebars 500x20": "",
  "handlebars 1000x100": "",
};
