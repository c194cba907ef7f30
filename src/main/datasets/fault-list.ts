import { InputError } from '../../core/errors.ts';
import type { InputFault } from '../../core/errors.ts';

const KEPT = 100;

/** Collects the faults of the input: keeps the first hundred and counts the others. */
export class FaultList {
  readonly #faults: InputFault[] = [];
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(fault: InputFault): void {
    this.#total++;
    if (this.#faults.length < KEPT) this.#faults.push(fault);
  }

  /** Adds faults of which only the first were kept. */
  addAll(faults: readonly InputFault[], total: number = faults.length): void {
    for (const fault of faults) this.add(fault);
    this.#total += total - faults.length;
  }

  addList(other: FaultList): void {
    this.addAll(other.#faults, other.#total);
  }

  /** Another list with the same faults, file by file in the given order and line by line. */
  inOrderOf(files: readonly string[]): FaultList {
    const rank = new Map(files.map((file, index) => [file, index]));
    const rankOf = (fault: InputFault): number => rank.get(fault.file) ?? -1;
    const sorted = new FaultList();
    sorted.addAll(
      this.#faults.toSorted((a, b) => rankOf(a) - rankOf(b) || (a.line ?? 0) - (b.line ?? 0)),
      this.#total,
    );
    return sorted;
  }

  throwIfAny(): void {
    if (this.#total > 0) throw new InputError(this.#faults, this.#total);
  }
}
