/** A text that does not parse: the message and the offset where it goes wrong. */
export class SyntaxFault extends Error {
  readonly offset: number;
  /** What to write instead. */
  readonly remedy: string | undefined;

  constructor(message: string, offset: number, remedy?: string) {
    super(message);
    this.offset = offset;
    this.remedy = remedy;
  }
}
