import { X509Certificate } from 'node:crypto';
import { toHex } from '../../src/core/bytes/hex.ts';
import { recordStatement, type RunRecord, type SignedRunRecord } from '../../src/core/run/record.ts';
import { orderParties } from '../../src/main/identity/certificate.ts';
import { createIdentity, type Identity } from '../../src/main/identity/identity.ts';
import { createSigner } from '../../src/main/identity/signer.ts';

const digest = (byte: number): string => toHex(new Uint8Array(32).fill(byte));

/** The banks of an example record, in party order. RSA keys take a while: make them once per file. */
export async function exampleBanks(
  names: readonly string[] = ['Noordzee Bank', 'Bank Zürich', 'Lumen Credit'],
): Promise<Identity[]> {
  const identities = await Promise.all(names.map((name) => createIdentity({ name })));
  const order = orderParties(identities.map(({ certificate }) => certificate));
  return order.map((certificate) => identities.find((identity) => identity.certificate === certificate) as Identity);
}

export function exampleRecord(banks: readonly Identity[]): RunRecord {
  return {
    format: 'riskweave run record',
    version: 1,
    run: digest(0x11),
    key: { id: digest(0x22), bits: 2048 },
    parameters: {
      delta: { kind: 'constant', value: 0.5 },
      iterations: 3,
      periods: 4,
      unknownSenders: 'exclude',
      precisionBits: 16,
      minContributors: 3,
      masking: 'short',
    },
    fixedPoint: { weightBits: 25, scoreBits: 81, slotBits: 389 },
    parties: banks.map(({ name, certificate }, i) => ({
      party: i + 1,
      name,
      certificate: toHex(new X509Certificate(certificate.pem).raw),
      role: i === 2 ? 'helper' : 'contributor',
      software: 'riskweave 0.1.0',
      commitment: digest(0x30 + i),
      accounts: i === 2 ? 0 : 400 + 7 * i,
      maxDegree: 16,
      durationsMs: [
        ['start', 0],
        ['find common accounts', 2400 + 100 * i],
        ...Array.from({ length: 12 }, (_, k) => [`iteration ${String(k + 1)} of 12: encrypt`, 3000 + 10 * i] as const),
        ...Array.from({ length: 12 }, (_, k) => [`iteration ${String(k + 1)} of 12: propagate`, 2100] as const),
        ['decrypt in part', 8300],
        ['close', 640],
      ],
    })),
    pairs: banks.flatMap((_, a) =>
      banks
        .slice(a + 1)
        .map((__, i) => ({ between: [a + 1, a + i + 2] as const, digest: digest(0x40 + a + i), messages: 52 })),
    ),
    broadcasts: digest(0x50),
  };
}

/** The record as all its banks sign it. */
export async function signRecord(record: RunRecord, banks: readonly Identity[]): Promise<SignedRunRecord> {
  const statement = recordStatement(record);
  const signatures = await Promise.all(banks.map((bank) => createSigner(bank, [], 'run record').sign(statement)));
  return { record, signatures: signatures.map(toHex) };
}
