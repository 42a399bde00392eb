// Controls of C0 and C1 but for tab and line feed, and the marks that turn the direction of writing.
const unsafe = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text that a terminal shows as it is. Names, labels and messages come from manifests, servers and members: an escape
 * sequence in one of them must not move the cursor, hide a line or write to the clipboard of who looks.
 */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The same on one line, for a cell of a table. */
export function printableLine(text: string): string {
  return printable(text.replace(/[\t\r\n]+/g, " "));
}
