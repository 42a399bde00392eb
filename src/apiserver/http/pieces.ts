const pieceBytes = 128 * 1024;
/** The most bytes that one unit of a JavaScript string takes in UTF-8. */
const bytesPerUnit = 3;

/** `head`, the items with commas between them, and `tail`, as UTF-8: each piece is made when it is asked for. */
export function* joinedPieces(head: string, items: Iterable<string>, tail: string): Generator<Uint8Array> {
  let piece = Buffer.allocUnsafe(pieceBytes);
  let used = piece.write(head);
  let separator = "";
  for (const item of items) {
    const most = (item.length + 1) * bytesPerUnit;
    if (used + most > piece.length) {
      yield piece.subarray(0, used);
      piece = Buffer.allocUnsafe(Math.max(pieceBytes, most));
      used = 0;
    }
    used += piece.write(separator, used);
    used += piece.write(item, used);
    separator = ",";
  }
  yield piece.subarray(0, used);
  yield Buffer.from(tail);
}
