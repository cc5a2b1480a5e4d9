// The real office.js from this computer: what it loads, and that nothing leaves the computer or breaks the page's policy.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from './chromium.ts';
import { startExcelServer, watched, type ExcelServer } from './excel-page.ts';

let server: ExcelServer;

const hosts = [
  ['Windows', 'Excel$Win32$16.01$zh-CN$$$$16', 'excel-win32-16.01.js', 'zh-cn'],
  ['Mac', 'Excel$Mac$16.00$en-US$$$$16', 'excel-mac-16.00.js', 'en-us'],
] as const;

describe.skipIf(!hasChromium())('office.js', () => {
  beforeAll(async () => {
    server = await startExcelServer();
  });
  afterAll(() => server.close());

  test.each(hosts)('in Excel for %s comes from this computer alone', async (_, info, hostScript, strings) => {
    const page = await server.browser.newPage({ ignoreHTTPSErrors: true });
    const { foreign, faults } = watched(page, server.address);
    const asked: string[] = [];
    const refused: string[] = [];
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.startsWith('/office/')) asked.push(pathname.slice('/office/'.length).toLowerCase());
      if (response.status() >= 400) refused.push(pathname);
    });
    const loaded = page.waitForResponse((response) => response.url().toLowerCase().includes('office_strings.js'));
    await page.goto(`${server.address}/pane.html?host=excel&_host_Info=${info}`);
    await loaded;
    await page.waitForFunction('typeof Excel === "object" && typeof CustomFunctions === "object"');
    expect(asked.toSorted()).toEqual([hostScript, 'office.js', `${strings}/office_strings.js`].toSorted());
    expect([foreign, refused, faults]).toEqual([[], [], []]);
    await page.close();
  });
});
