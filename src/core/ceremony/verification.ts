import { expandBelow, hash, sameBytes } from '../bytes/hash.ts';
import { MessageFault, ProtocolAbort } from '../errors.ts';
import { concat, fromBigints, slice, toBigints, type Batch } from '../modulus/batch.ts';
import { tossCoin } from '../network/coin.ts';
import type { Session } from '../network/session.ts';
import { gcd } from '../numbers/integers.ts';
import type { KeyShare, PublicKey } from '../paillier/key.ts';
import { Paillier } from '../paillier/paillier.ts';
import { checkTestOpening, checkVerificationValues } from './checks.ts';
import type { CeremonyContext } from './context.ts';
import type { Exponents } from './exponents.ts';
import { rounds } from './rounds.ts';

/** A check that the new exponents do what they are for, and the verification values for later (protocol.md 2.7). */
export async function verifyExponents(
  context: CeremonyContext,
  n: bigint,
  { secretExponent, theta }: Exponents,
): Promise<KeyShare> {
  const { session, engine, random, keyBits, seed } = context;
  const unfinished: PublicKey = {
    bits: keyBits,
    parties: session.size,
    n,
    theta,
    seed,
    verificationBase: verificationBase(seed, n),
    verificationValues: [],
  };
  const share: KeyShare = { publicKey: unfinished, party: session.self, secretExponent };
  const paillier = new Paillier(engine, unfinished);
  const { modulus } = paillier;

  const test = await testEncryption(paillier, await tossCoin(session, random, rounds.testEncryption));
  const bases = concat([fromBigints([unfinished.verificationBase], modulus.width), test.ciphertext], modulus.width);
  const powers = await revealPowers(session, n, await paillier.partialDecryptions(bases, share));

  const verificationValues = powers.map((row) => toBigints(row)[0] as bigint);
  checkVerificationValues(verificationValues, n);
  const [opened] = await paillier.combine(powers.map((row) => slice(row, 1, 2)));
  checkTestOpening(opened, test.plaintext);
  return { ...share, publicKey: { ...unfinished, verificationValues } };
}

/** V = x² mod N², with x expanded from the joint seed. */
function verificationBase(seed: Uint8Array, n: bigint): bigint {
  const x = expandBelow(n * n, 'verification base', seed, n);
  if (gcd(x, n) !== 1n) throw new ProtocolAbort('key-check-failed', { field: 'verification base' });
  return (x * x) % (n * n);
}

/** An encryption of a value that nobody could choose. Public, as everybody computes the same. */
async function testEncryption(paillier: Paillier, coin: Uint8Array): Promise<{ plaintext: bigint; ciphertext: Batch }> {
  const { key, modulus } = paillier;
  const plaintext = expandBelow(key.n, 'test plaintext', coin);
  const y = expandBelow(key.n, 'test mask', coin);
  const mask = await modulus.power(fromBigints([y], modulus.width), key.n);
  return { plaintext, ciphertext: await modulus.multiply(paillier.embed([plaintext]), mask) };
}

/**
 * Everybody's powers (V_i and the test's partial decryption), by party. They are committed to before they are opened: a
 * bank that saw the others' first could make the products come out right for a modulus that is none. The powers of a
 * secret exponent hide themselves, the commitment needs no salt.
 */
async function revealPowers(session: Session, n: bigint, ours: Batch): Promise<Batch[]> {
  const commit = (party: number, powers: Uint8Array) => hash('verification commitment', session.id, party, powers);
  const commitments = await session.exchange(rounds.powersCommitment, commit(session.self, ours.bytes), (reader) =>
    reader.raw(32, 'commitment'),
  );
  return session.exchange(rounds.powers, ours.bytes, (reader, from) => {
    const values = reader.integers(ours.count, ours.width, n * n, 'V_i');
    if (!values.every((value) => gcd(value, n) === 1n)) throw new MessageFault('not-a-unit', 'V_i');
    const powers = fromBigints(values, ours.width);
    if (!sameBytes(commit(from, powers.bytes), commitments[from - 1] as Uint8Array)) {
      throw new MessageFault('commitment-mismatch', 'V_i');
    }
    return powers;
  });
}
