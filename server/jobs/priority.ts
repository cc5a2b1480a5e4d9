// An engine that everything is asked of with one priority.
import type { Engine, Priority } from '../ports/engine.ts';

export function withPriority(engine: Engine, priority: Priority): Engine {
  return {
    start: (signal) => engine.start(signal),
    generate: (request, signal, onText) => engine.generate({ ...request, priority }, signal, onText),
    close: () => engine.close(),
  };
}
