// A moment as people here write it.

const two = (value: number) => String(value).padStart(2, '0');

/** "2026-11-23 17:39:12" in the local time zone. */
export function localTime(ms: number): string {
  const at = new Date(ms);
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

export function isSameDay(oneMs: number, otherMs: number): boolean {
  return localTime(oneMs).slice(0, 10) === localTime(otherMs).slice(0, 10);
}
