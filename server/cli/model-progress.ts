// The line that shows how far a download, a check or a copy is.
import type { Language } from '../domain/language.ts';
import { modelWords } from '../i18n/model.ts';
import type { Clock } from '../ports/clock.ts';
import type { FetchProgress } from '../ports/models.ts';
import type { Terminal } from './terminal.ts';

const showEveryMs = 200;

/** Rewrites one line in a terminal, at most five times a second; elsewhere only the end of each step is written. */
export function showProgress(terminal: Terminal, language: Language, clock: Clock): (progress: FetchProgress) => void {
  const words = modelWords[language];
  let [work, startedAtMs, startBytes, shownAtMs] = ['', 0, 0, 0];
  return ({ step, file, doneBytes, totalBytes }) => {
    const now = clock.now();
    if (work !== `${step} ${file}`) [work, startedAtMs, startBytes, shownAtMs] = [`${step} ${file}`, now, doneBytes, 0];
    const isLast = totalBytes > 0 && doneBytes >= totalBytes;
    if (!isLast && now - shownAtMs < showEveryMs) return;
    shownAtMs = now;
    const seconds = (now - startedAtMs) / 1000;
    const bytesPerSecond = seconds > 0 ? (doneBytes - startBytes) / seconds : 0;
    const left = bytesPerSecond > 0 && !isLast ? minutes((totalBytes - doneBytes) / bytesPerSecond) : '';
    const percent = totalBytes > 0 ? Math.floor((100 * doneBytes) / totalBytes) : 0;
    const speed = bytesPerSecond > 0 ? bytesPerSecond / 1e6 : undefined;
    terminal.progress(words.progress(words.steps[step], file, percent, speed, left), isLast);
  };
}

function minutes(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
