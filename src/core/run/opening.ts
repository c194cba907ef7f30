import { Writer } from '../bytes/encoding.ts';
import { MessageFault, ProtocolAbort } from '../errors.ts';
import { concat, slice, type Batch } from '../modulus/batch.ts';
import { exchangeInPieces } from '../network/pieces.ts';
import { readResidues, requireUnits } from '../paillier/ciphertexts.ts';
import type { RunContext } from './context.ts';
import { pack, packetCount, unpack } from './packing.ts';

const ANSWERS_AT_ONCE = 16;

/**
 * Opens ciphertexts to their owner alone (protocol.md 4.3): packets without any id go to all key holders, each answers with its
 * partial decryption to the owner, who combines. All banks do so at the same time.
 * Nobody gets more packets answered than the number of accounts that it announced needs.
 * @param ciphertexts ours, to be opened
 * @returns the values, in the order of the ciphertexts
 */
export async function openToOwner(context: RunContext, ciphertexts: Batch): Promise<bigint[]> {
  const { session, run, precision, paillier, masks, share } = context;
  const { modulus } = paillier;
  session.stage('pack what is to be opened');
  const packets = await paillier.remask(await pack(ciphertexts, precision, modulus), masks);

  const round = 'opening/packets';
  const received = await session.scatter(
    round,
    () => new Writer().u32(packets.count).raw(packets.bytes).done(),
    (reader, from) => {
      const count = reader.u32('packets');
      if (count > packetCount(run.approvals[from - 1]?.accounts ?? 0, precision))
        throw new MessageFault('refused', 'packets');
      return readResidues(reader, count, modulus, 'packets');
    },
  );
  for (const peer of session.peers) {
    await requireUnits(modulus, received[peer - 1] as Batch, { from: peer, round, field: 'packets' });
  }

  const total = received.reduce((sum, batch) => sum + batch.count, 0);
  session.stage('decrypt in part', total);
  let done = 0;
  const decrypt = async (batch: Batch): Promise<Batch> => {
    const parts: Batch[] = [];
    for (let from = 0; from < batch.count; from += ANSWERS_AT_ONCE) {
      const part = slice(batch, from, Math.min(batch.count, from + ANSWERS_AT_ONCE));
      parts.push(await paillier.partialDecryptions(part, share));
      session.progress((done += part.count), total);
      await session.checkpoint();
    }
    return concat(parts, modulus.width);
  };
  const partials = await exchangeInPieces(session, {
    round: 'opening/answers',
    width: modulus.width,
    lengthTo: (party) => received[party - 1]?.count ?? 0,
    lengthFrom: () => packets.count,
    async produce(from, to) {
      const answers: Batch[] = [];
      for (const batch of received) {
        answers.push(await decrypt(slice(batch, Math.min(from, batch.count), Math.min(to, batch.count))));
      }
      return (party) => answers[party - 1] as Batch;
    },
    read: (reader, count) => readResidues(reader, count, modulus, 'partial decryptions'),
    check: (batch, from, at) => requireUnits(modulus, batch, { from, round: at, field: 'partial decryptions' }),
  });
  session.stage('combine');
  const plaintexts = await paillier.combine(partials);
  const values = plaintexts.every((plaintext) => plaintext !== undefined)
    ? unpack(plaintexts, ciphertexts.count, precision)
    : undefined;
  // Whose part is wrong cannot be told without proofs of correct exponentiation: nobody is blamed.
  if (!values) throw new ProtocolAbort('banks-disagree', { round: 'opening/answers' });
  return values;
}
