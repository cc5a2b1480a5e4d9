// What the local server hands out without a session: the page, its parts, Excel's files, and nothing else of the disk.
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openTestServer } from './local-server.ts';

test('the page is the same at both addresses, and loads office.js in Excel alone', async () => {
  const { ask } = await openTestServer();
  const page = (await ask('/')).body;
  expect((await ask('/pane.html')).body).toBe(page);
  expect(page).toContain('<script src="/assets/pane.js" defer></script>');
  expect(page).not.toContain('office.js');
  for (const where of ['/pane.html?host=excel', '/?host=excel', '/pane.html?_host_Info=Excel$Win32$16.01$zh-CN']) {
    const { body, headers } = await ask(where);
    expect(body.indexOf('<script src="/office/office.js"></script>'), where).toBeGreaterThan(0);
    const order = ['/office/office.js', '/assets/functions.js', '/assets/pane.js'].map((part) => body.indexOf(part));
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    expect(headers['content-type']).toMatch(/^text\/html; charset=utf-8/);
  }
  expect((await ask('/pane.html?host=excelx')).body).toBe(page);
});

test('its scripts and styles are made from their sources, small and without a map', async () => {
  const { ask } = await openTestServer();
  const [script, styles, functions] = await Promise.all(
    ['/assets/pane.js', '/assets/pane.css', '/assets/functions.js'].map((where) => ask(where)),
  );
  expect(script?.body).toMatch(/^\(\(\)=>\{document\.title="pane";?\}\)\(\);\n$/);
  expect(styles?.body).toBe('body{color:red}\n');
  expect(functions?.body).toContain('functions');
  expect([script, styles].map((answer) => answer?.headers['content-type'])).toEqual([
    'text/javascript; charset=utf-8',
    'text/css; charset=utf-8',
  ]);
  expect((await ask('/assets/pane.js.map')).status).toBe(404);
});

test('of office.js the files that Excel loads are there, and none of those that report home', async () => {
  const { ask } = await openTestServer();
  const there = ['office.js', 'excel-win32-16.01.js', 'excel-mac-16.00.js', 'excel-web-16.00.js'];
  for (const name of [...there, 'zh-cn/office_strings.js', 'zh-CN/office_strings.js', 'en-us/office_strings.js']) {
    const answer = await ask(`/office/${name}`);
    expect([answer.status, answer.headers['content-type']], name).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(answer.body.length, name).toBeGreaterThan(5000);
  }
  const absent = ['telemetry/oteljs_agave.js', 'ariatelemetry/aria-web-telemetry.js', 'agaveerrorux/index.html'];
  const others = [
    'outlook-win32-16.02.js',
    'office.debug.js',
    'office.d.ts',
    '../package.json',
    '..%2fpackage.json',
    '',
  ];
  for (const name of [...absent, ...others, 'zh-cn/../office.d.ts', 'xx-xx/office_strings.js', 'zh-cn']) {
    expect((await ask(`/office/${name}`)).status, name).toBe(404);
  }
});

test('of the add-in’s other files the listed ones are there, and nothing beside them', async () => {
  const { ask } = await openTestServer();
  expect((await ask('/functions.json')).body).toBe('{"functions":[]}');
  expect((await ask('/icons/icon-32.png')).headers['content-type']).toBe('image/png');
  const absent = ['/shortcuts.json', '/icons/icon-99.png', '/secret.txt', '/static/secret.txt', '/icons/secret.txt'];
  const climbing = [
    '/icons/..%2fsecret.txt',
    '/icons/../secret.txt',
    '/icons/%2e%2e/secret.txt',
    '/icons/..%5csecret.txt',
  ];
  for (const where of [...absent, ...climbing, '/assets/main.tsx', '/assets/..%2fpane%2fmain.tsx', '/package.json']) {
    expect((await ask(where)).status, where).toBe(404);
  }
});

test('the manifest names the port that is in use', async () => {
  const { ask, port } = await openTestServer();
  const { body, headers } = await ask('/manifest.xml');
  expect(headers['content-type']).toBe('application/xml; charset=utf-8');
  expect(body.match(/https:\/\/localhost:(\d+)/g)).toEqual([`https://localhost:${port}`, `https://localhost:${port}`]);
  expect(body).not.toContain('8417');
});

test('a page whose sources are broken is an error, and is made anew once they are mended', async () => {
  const { ask, addin } = await openTestServer();
  writeFileSync(`${addin}/functions/functions.ts`, 'const = ;');
  expect((await ask('/assets/functions.js')).status).toBe(500);
  writeFileSync(`${addin}/functions/functions.ts`, 'document.title = "mended";');
  expect((await ask('/assets/functions.js')).body).toContain('mended');
});
