import type { Engine } from '../../core/modulus/modulus.ts';
import { hostEngine } from './host-engine.ts';

export const ENGINE_CHOICES = ['auto', 'bigint'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/** The engine to compute with, and why it is this one. */
export function chooseEngine(choice: EngineChoice): Promise<{ engine: Engine; reason: string }> {
  return Promise.resolve({ engine: hostEngine(), reason: choice });
}
