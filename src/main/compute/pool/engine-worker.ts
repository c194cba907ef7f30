/** Entry of a thread of the pool: an engine of its own, and the tasks it is given. */
import { workerData } from 'node:worker_threads';
import { chooseEngine } from '../engine-choice.ts';
import { TaskRunner, type EngineAnswer, type EngineTask } from './engine-task.ts';
import type { PoolWorkerData } from './pooled-engine.ts';

const { choice } = workerData as PoolWorkerData;
const { engine } = await chooseEngine(choice);
const runner = new TaskRunner(engine);

export default function run(task: EngineTask): Promise<EngineAnswer> {
  return runner.run(task);
}
