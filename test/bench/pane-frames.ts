// How long the page needs for a frame while a run of 2,000 rows grows and is scrolled through; and for a change of tab.
import { appState, runRow, runView } from '../fixtures/pane-data.ts';
import { startChromium } from '../browser/chromium.ts';
import { startPaneServer } from '../browser/pane-server.ts';

const rowCount = 2000;
const framesMeasured = 300;
const eventEveryMs = 50;

/** Runs in the page: scrolls a step a frame; the time from the frame's begin until its layout and painting are handed over. */
const measure = `(async () => {
  const list = document.querySelector('.virtual');
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const channel = new MessageChannel();
  const handedOver = () => new Promise((resolve) => {
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(0);
  });
  const times = [];
  for (let at = 0; at < ${framesMeasured}; at += 1) {
    await frame();
    const begin = performance.now();
    list.scrollTop = (at * 347) % list.scrollHeight;
    await handedOver();
    times.push(performance.now() - begin);
  }
  return times;
})()`;

const rows = Array.from({ length: rowCount }, (_, at) => runRow(at));
const run = { ...runView, total: rowCount, finished: rowCount };
const server = await startPaneServer({
  'GET /api/state': () => ({ ...appState, runs: [run] }),
  'GET /api/runs': () => ({ total: rowCount, rows }),
});
const browser = await startChromium();
const page = await browser.newPage({ viewport: { width: 330, height: 720 } });
await page.goto(server.address);
await page.waitForSelector('.run-row');

let at = 0;
const telling = setInterval(() => {
  at += 1;
  server.push({ type: 'row', run: run.id, row: { ...runRow(at % rowCount), status: `again ${at}` } });
  server.push({ type: 'run', run: { ...run, finished: rowCount - (at % 100) } });
}, eventEveryMs);
const times = ((await page.evaluate(measure)) as number[]).toSorted((a, b) => a - b);
clearInterval(telling);

const share = (part: number) => `${(times[Math.floor((times.length - 1) * part)] ?? 0).toFixed(1)} ms`;
process.stdout.write(
  [
    `pane: ${rowCount} rows in a list of which ${await page.locator('.run-row').count()} are drawn, ${1000 / eventEveryMs} events a second`,
    `  a frame, half of them        ${share(0.5)}`,
    `  a frame, 95 of 100           ${share(0.95)}`,
    `  the slowest                  ${share(1)}`,
    '',
  ].join('\n'),
);
await browser.close();
await server.close();
