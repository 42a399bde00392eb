/** A field path with one more key: `.name`, or `[a.b/c]` for keys that hold dots or slashes themselves. */
export function fieldPath(path: string, key: string): string {
  if (/[./[\]\s]/.test(key) || key === "") return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}
