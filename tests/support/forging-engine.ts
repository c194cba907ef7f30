import { batchOf, bytesAt, concat, fromBigints, toBigints, type Batch } from '../../src/core/modulus/batch.ts';
import type { Engine, Modulus } from '../../src/core/modulus/modulus.ts';
import { inverseMod } from '../../src/core/numbers/integers.ts';
import { overhear } from './overhear.ts';
import type { Simulation } from './simulation.ts';
import { engineUnderTest } from './engine-under-test.ts';

/**
 * The arithmetic of a bank that makes a modulus pass the test for two primes whatever it is: it waits for the others'
 * powers and then chooses its own so that v_1 ≡ Π v_i. For the first modulus that `victim` accepts; honest otherwise.
 * For the last bank of a ceremony.
 */
export function forgingEngine(simulation: Simulation, victim: (n: bigint) => boolean): Engine {
  const honest = engineUnderTest();
  let forged: bigint | undefined;
  let batch = 0;
  return {
    ...honest,
    async powerSecretEach(moduli, bases, exponents) {
      const round = new RegExp(`^batch/${String(batch++)}/biprimality$`);
      const ours = await honest.powerSecretEach(moduli, bases, exponents);
      const values = toBigints(moduli);
      const at = forged === undefined ? values.findIndex(victim) : -1;
      forged = values[at] ?? forged;
      if (at < 0) return ours;
      const fitting = fittingPowers(values, await powersOfOthers(simulation, round, moduli.width));
      return concat(
        toBigints(ours).map((own, i) => fromBigints([i === at ? (fitting[i] as bigint) : own], ours.width)),
        ours.width,
      );
    },
    modulus: (n) => (n === forged ? forgingModulus(honest.modulus(n), simulation) : honest.modulus(n)),
  };
}

function forgingModulus(modulus: Modulus, simulation: Simulation): Modulus {
  const powerSecret = async (bases: Batch): Promise<Batch> => {
    const moduli = Array.from({ length: bases.count }, () => modulus.value);
    const others = await powersOfOthers(simulation, /^candidate\/\d+\/biprimality$/, modulus.width);
    return fromBigints(fittingPowers(moduli, others), modulus.width);
  };
  return new Proxy(modulus, {
    get(target, name) {
      const value: unknown = name === 'powerSecret' ? powerSecret : Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** v_n = v_1 / (v_2 … v_{n−1}), modulus by modulus. */
function fittingPowers(moduli: readonly bigint[], [first, ...others]: readonly Batch[]): bigint[] {
  return moduli.map((n, i) => {
    const power = (batch: Batch | undefined) =>
      toBigints(batchOf(bytesAt(batch as Batch, i), (batch as Batch).width))[0];
    const product = others.reduce((acc, batch) => (acc * (power(batch) as bigint)) % n, 1n);
    return ((power(first) as bigint) * (inverseMod(product, n) as bigint)) % n;
  });
}

async function powersOfOthers(simulation: Simulation, round: RegExp, width: number): Promise<Batch[]> {
  return (await overhear(simulation, round)).map((body) => batchOf(body, width));
}
