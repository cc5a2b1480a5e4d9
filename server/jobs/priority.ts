// Engines that everything is asked of with one priority.
import type { Engine, Priority } from '../ports/engine.ts';
import type { Engines } from './write-with-writer.ts';

/** The parts of a job with both of its engines so. */
export function partsWithPriority<T extends Engines>(parts: T, priority: Priority): T {
  const { engine, writer } = parts;
  return {
    ...parts,
    engine: withPriority(engine, priority),
    ...(writer && { writer: withPriority(writer, priority) }),
  };
}

function withPriority(engine: Engine, priority: Priority): Engine {
  return {
    start: (signal) => engine.start(signal),
    generate: (request, signal, onText) => engine.generate({ ...request, priority }, signal, onText),
    close: () => engine.close(),
  };
}
