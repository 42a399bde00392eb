/** Which objects name which owners, by the owner's uid. */
export class OwnerIndex {
  readonly #dependents = new Map<string, Set<string>>();
  /** Owners whose foreground deletion waits for their dependents, by uid. */
  readonly waiting = new Map<string, string>();

  get isEmpty(): boolean {
    return this.#dependents.size === 0;
  }

  add(uid: string, key: string): void {
    const keys = this.#dependents.get(uid);
    if (keys === undefined) this.#dependents.set(uid, new Set([key]));
    else keys.add(key);
  }

  remove(uid: string, key: string): void {
    const keys = this.#dependents.get(uid);
    if (keys?.delete(key) === true && keys.size === 0) this.#dependents.delete(uid);
  }

  of(uid: string): readonly string[] {
    return [...(this.#dependents.get(uid) ?? [])];
  }
}
