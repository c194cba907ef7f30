import type { Batch } from '../../../core/modulus/batch.ts';
import type { Engine, FixedBase, Modulus, WeightedRows } from '../../../core/modulus/modulus.ts';
import { NotInvertible } from '../../../core/modulus/modulus.ts';

/** A piece of work for another thread: one operation of an engine on a slice of a batch. */
export type EngineTask =
  | { readonly kind: 'powerSecretEach'; readonly moduli: Batch; readonly bases: Batch; readonly exponents: Batch }
  | ({ readonly modulus: bigint } & ModulusTask);

type ModulusTask =
  | { readonly kind: 'multiply'; readonly a: Batch; readonly b: Batch }
  | { readonly kind: 'square' | 'product' | 'inverse' | 'firstNonUnit'; readonly a: Batch }
  | { readonly kind: 'power'; readonly a: Batch; readonly exponent: bigint }
  | { readonly kind: 'powerSecret'; readonly a: Batch; readonly exponents: Batch }
  | { readonly kind: 'multiPower'; readonly bases: Batch; readonly rows: WeightedRows }
  | { readonly kind: 'fixedBase'; readonly base: Batch; readonly exponentBits: number; readonly exponents: Batch };

/** What comes back; an element that has no inverse is an answer, not a crash. */
export type EngineAnswer = Batch | { readonly index: number } | { readonly notInvertible: number };

/** Does tasks with one engine, and keeps what is prepared per modulus and per fixed base. */
export class TaskRunner {
  readonly #engine: Engine;
  readonly #moduli = new Map<bigint, Modulus>();
  readonly #fixedBases = new Map<string, Promise<FixedBase>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async run(task: EngineTask): Promise<EngineAnswer> {
    if (task.kind === 'powerSecretEach') return this.#engine.powerSecretEach(task.moduli, task.bases, task.exponents);
    const modulus = this.#modulus(task.modulus);
    switch (task.kind) {
      case 'multiply':
        return modulus.multiply(task.a, task.b);
      case 'square':
        return modulus.square(task.a);
      case 'product':
        return modulus.product(task.a);
      case 'power':
        return modulus.power(task.a, task.exponent);
      case 'powerSecret':
        return modulus.powerSecret(task.a, task.exponents);
      case 'multiPower':
        return modulus.multiPower(task.bases, task.rows);
      case 'fixedBase':
        return (await this.#fixedBase(modulus, task.base, task.exponentBits)).powerSecret(task.exponents);
      case 'firstNonUnit':
        return { index: await modulus.firstNonUnit(task.a) };
      case 'inverse':
        return modulus.inverse(task.a).catch((error: unknown) => {
          if (error instanceof NotInvertible) return { notInvertible: error.index };
          throw error;
        });
    }
  }

  #modulus(value: bigint): Modulus {
    let modulus = this.#moduli.get(value);
    if (!modulus) this.#moduli.set(value, (modulus = this.#engine.modulus(value)));
    return modulus;
  }

  #fixedBase(modulus: Modulus, base: Batch, exponentBits: number): Promise<FixedBase> {
    const key = `${String(exponentBits)} ${Buffer.from(base.bytes).toString('base64')} ${modulus.value.toString(36)}`;
    let fixedBase = this.#fixedBases.get(key);
    if (!fixedBase) this.#fixedBases.set(key, (fixedBase = modulus.fixedBase(base, exponentBits)));
    return fixedBase;
  }
}
