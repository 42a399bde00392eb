import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { Clock, Timer } from "../base/clock.ts";
import { classifyFailure, type GitError, GitObjectError, GitTimeoutError, GitUnreachableError } from "./errors.ts";
import { killGroup } from "./process.ts";

/** What `git cat-file` says of an object. */
export interface BatchAnswer {
  readonly oid: string;
  readonly type: string;
  readonly size: number;
  /** Only from `--batch`. */
  readonly content: Buffer | undefined;
}

export interface BatchOptions {
  readonly start: () => ChildProcess;
  /** Whether answers carry content: `--batch` rather than `--batch-check`. */
  readonly hasContent: boolean;
  readonly clock: Clock;
  readonly readTimeoutMs: number;
  /** How long the process is kept when nobody asks. */
  readonly idleMs: number;
}

interface Question {
  readonly name: string;
  readonly resolve: (answer: BatchAnswer | undefined) => void;
  readonly reject: (error: GitError) => void;
}

/** The longest first line of an answer; a name is at most an object id. */
const maxHeaderBytes = 512;

/**
 * A `git cat-file` kept running: started at the first question, ended when nobody asked for a while, started again when
 * somebody does. Questions are answered in their order and may be asked without waiting. An idle process does not keep
 * Node alive.
 */
export class BatchProcess {
  readonly #options: BatchOptions;
  #child: ChildProcess | undefined;
  #questions: Question[] = [];
  #answered = 0;
  #parser: AnswerParser | undefined;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  /** Asks for an object by its full id or the beginning of one; undefined when there is none, or more than one. */
  ask(name: string): Promise<BatchAnswer | undefined> {
    if (!/^[0-9a-f]{4,64}$/.test(name))
      return Promise.reject(new GitObjectError(`${JSON.stringify(name)} is no object id`));
    if (this.#isClosed) return Promise.reject(new GitUnreachableError("the repository was closed"));
    return new Promise((resolve, reject) => {
      const child = (this.#child ??= this.#start());
      this.#questions.push({ name, resolve, reject });
      if (this.#waiting === 1) this.#setBusy(true);
      child.stdin!.write(`${name}\n`);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#stop(new GitUnreachableError("the repository was closed"));
  }

  get #waiting(): number {
    return this.#questions.length - this.#answered;
  }

  #start(): ChildProcess {
    const child = this.#options.start();
    const parser = new AnswerParser(this.#options.hasContent, (answer) => this.#answer(answer));
    this.#parser = parser;
    const fail = (why: string) => {
      if (this.#child === child) this.#stop(classifyFailure(why, `git cat-file ended: ${why}`));
    };
    let errorText = "";
    child.stderr!.on("data", (chunk: Buffer) => (errorText = (errorText + chunk.toString("utf8")).slice(-500)));
    child.stdout!.on("data", (chunk: Buffer) => {
      if (this.#parser === parser) this.#parse(parser, chunk);
    });
    child.once("error", (error) => fail(error.message));
    child.once("close", (code) => fail(errorText.trim() || `exit code ${code}`));
    return child;
  }

  #parse(parser: AnswerParser, chunk: Buffer): void {
    try {
      parser.push(chunk);
    } catch (error: unknown) {
      if (!(error instanceof GitObjectError)) throw error;
      this.#stop(error);
    }
  }

  #answer(answer: BatchAnswer | undefined): void {
    const question = this.#questions[this.#answered++];
    question?.resolve(answer);
    if (this.#waiting === 0) {
      this.#questions = [];
      this.#answered = 0;
      this.#setBusy(false);
    } else this.#restartTimer();
  }

  /** A process with questions keeps Node alive and has a time limit; one without has neither, but ends after a while. */
  #setBusy(isBusy: boolean): void {
    const child = this.#child;
    if (child === undefined) return;
    const streams = [child.stdin, child.stdout, child.stderr] as unknown as Socket[];
    for (const handle of [child, ...streams]) {
      if (isBusy) handle.ref();
      else handle.unref();
    }
    if (isBusy) this.#restartTimer();
    else this.#startIdling();
  }

  #startIdling(): void {
    this.#timer?.cancel();
    const { clock, idleMs } = this.#options;
    this.#timer = clock.after(idleMs, () => this.#stop(undefined), { background: true });
  }

  #restartTimer(): void {
    this.#timer?.cancel();
    const { clock, readTimeoutMs } = this.#options;
    this.#timer = clock.after(readTimeoutMs, () =>
      this.#stop(new GitTimeoutError(`reading an object took longer than ${readTimeoutMs} ms`)),
    );
  }

  #stop(error: GitError | undefined): void {
    const child = this.#child;
    const unanswered = this.#questions.slice(this.#answered);
    this.#child = undefined;
    this.#parser = undefined;
    this.#questions = [];
    this.#answered = 0;
    this.#timer?.cancel();
    if (child !== undefined) killGroup(child);
    for (const question of unanswered) question.reject(error ?? new GitUnreachableError("git cat-file was ended"));
  }
}

/** Cuts the output of cat-file into answers. */
class AnswerParser {
  readonly #hasContent: boolean;
  readonly #emit: (answer: BatchAnswer | undefined) => void;
  #header = Buffer.alloc(0);
  #current: { oid: string; type: string; content: Buffer; filled: number } | undefined;

  constructor(hasContent: boolean, emit: (answer: BatchAnswer | undefined) => void) {
    this.#hasContent = hasContent;
    this.#emit = emit;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length)
      at = this.#current === undefined ? this.#readHeader(chunk, at) : this.#readContent(chunk, at);
  }

  #readHeader(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(0x0a, at);
    const part = chunk.subarray(at, end === -1 ? chunk.length : end);
    this.#header = Buffer.concat([this.#header, part]);
    if (this.#header.length > maxHeaderBytes)
      throw new GitObjectError("git cat-file answers with something unreadable");
    if (end === -1) return chunk.length;
    const [oid = "", type = "", size = ""] = this.#header.toString("utf8").split(" ");
    this.#header = Buffer.alloc(0);
    if (!/^\d+$/.test(size)) this.#emit(undefined);
    else if (!this.#hasContent) this.#emit({ oid, type, size: Number(size), content: undefined });
    // One byte more: git ends the content with a newline.
    else this.#current = { oid, type, content: Buffer.allocUnsafe(Number(size) + 1), filled: 0 };
    return end + 1;
  }

  #readContent(chunk: Buffer, at: number): number {
    const current = this.#current!;
    const copied = chunk.copy(current.content, current.filled, at);
    current.filled += copied;
    if (current.filled === current.content.length) {
      this.#current = undefined;
      const { oid, type, content } = current;
      this.#emit({ oid, type, size: content.length - 1, content: content.subarray(0, -1) });
    }
    return at + copied;
  }
}
