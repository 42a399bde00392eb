/** A key of a JSON document, in order of the text. */
export interface KeyPlace {
  /** `spec.containers[0].name`. */
  readonly path: string;
  readonly isRepeated: boolean;
}

const stringToken = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

/** Whether some map of a JSON text names a key twice: counts keys in the text and in the value that was read from it. */
export function hasRepeatedKeys(text: string, value: unknown): boolean {
  let keys = 0;
  for (const match of text.matchAll(stringToken)) if (match[1] !== undefined) keys++;
  return keys !== countKeys(value);
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const children = Object.values(value);
  let count = Array.isArray(value) ? 0 : children.length;
  for (const child of children) count += countKeys(child);
  return count;
}

/** Every key of a valid JSON text with its path. Only for the rare document whose keys repeat. */
export function keyPlaces(text: string): KeyPlace[] {
  const scan = new KeyScan(text);
  scan.value("");
  return scan.places;
}

class KeyScan {
  readonly places: KeyPlace[] = [];
  readonly #tokens: string[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g) ?? [];
  }

  value(path: string): void {
    const token = this.#tokens[this.#position++];
    if (token === "{") this.#map(path);
    else if (token === "[") this.#list(path);
  }

  #map(path: string): void {
    const seen = new Set<string>();
    while (this.#tokens[this.#position] !== "}") {
      if (this.#tokens[this.#position] === ",") this.#position++;
      const name = JSON.parse(this.#tokens[this.#position]!) as string;
      const at = path === "" ? name : `${path}.${name}`;
      this.places.push({ path: at, isRepeated: seen.has(name) });
      seen.add(name);
      this.#position += 2;
      this.value(at);
    }
    this.#position++;
  }

  #list(path: string): void {
    let index = 0;
    while (this.#tokens[this.#position] !== "]") {
      if (this.#tokens[this.#position] === ",") this.#position++;
      this.value(`${path}[${index++}]`);
    }
    this.#position++;
  }
}
