/** The value has no JSON: NaN, an infinity, a complex number, a map that holds itself. */
export class UnsupportedJsonError extends Error {
  constructor(message: string) {
    super(`json: ${message}`);
    this.name = "UnsupportedJsonError";
  }
}
