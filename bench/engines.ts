import { chooseEngine, type EngineChoice } from '../src/main/compute/engine-choice.ts';
import type { Engine } from '../src/core/modulus/modulus.ts';

/** The label of the WebAssembly engine. */
export const FMA = 'fma';

/** An engine as the tables name it. */
export interface NamedEngine {
  readonly label: string;
  readonly engine: Engine;
  /** Why it was chosen. */
  readonly reason: string;
}

/** The engine of `choice` first; where nothing is forced, the one that always works after it, for comparison. */
export async function enginesFor(choice: EngineChoice): Promise<readonly [NamedEngine, ...NamedEngine[]]> {
  const primary = named(await chooseEngine(choice));
  if (choice !== 'auto') return [primary];
  const fallback = named(await chooseEngine('bigint'));
  return fallback.engine.name === primary.engine.name ? [primary] : [primary, fallback];
}

/** Named by the first word of the engine's own name. */
function named({ engine, reason }: { engine: Engine; reason: string }): NamedEngine {
  return { label: engine.name.split(/[\s,]/, 1)[0] as string, engine, reason };
}
