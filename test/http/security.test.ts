// Who may ask the local server: its own page of this start, and nobody else.
// Rules of the threat model that other suites hold: paths of pictures (test/unit/picture-guard, picture-paths), pictures that
// are bombs or broken (test/unit/picture-prepare), workbooks that are (test/workbook/bad-files), links, formulas, orders in
// pictures, packages and their scripts (test/http/hostile, test/unit/package-lock), texts that begin like formulas in Excel
// (test/contract/link-contract), events that are neither lost nor doubled (test/http/events), where it listens
// (test/http/listening), no connection out (test/http/offline), private keys (test/http/certificate).
import { connect } from 'node:tls';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCounted, refusal } from './counted-routes.ts';
import { openTestServer } from './local-server.ts';

const sent = { method: 'POST', body: '{"name":"a"}' } as const;

describe('the local server', () => {
  test('answers its own page', async () => {
    const { ask, headers, done, port } = await openCounted();
    const own = { ...headers, origin: `https://localhost:${port}`, 'sec-fetch-site': 'same-origin' };
    expect((await ask('/api/things', { ...sent, headers: own })).status).toBe(200);
    expect((await ask('/api/things', { headers })).json()).toEqual({ things: 1 });
    expect((await ask('/api/things/x7', { method: 'DELETE', headers })).status).toBe(200);
    expect(done).toEqual(['a', 'removed x7']);
  });

  test('refuses every other host name, and none at all', async () => {
    const { ask, port, headers, done } = await openCounted();
    const others = ['localhost', `127.0.0.1:${port}`, `[::1]:${port}`, `evil.example:${port}`, `localhost:${port - 1}`];
    const malformed = [' ', ':', `localhost:${port}:${port}`, `localhost:${port}@evil.example`, `LOCALHOST:${port}`];
    const strange = ['%', '[', 'a'.repeat(5000), `localhost:${port}/`, `localhost.:${port}`, `localhost:0${port}`];
    for (const host of [...others, ...malformed, ...strange]) {
      for (const where of ['/', '/assets/pane.js', '/api/things', '/api/events']) {
        const answer = await ask(where, { headers: { ...headers, host } });
        expect(refusal(answer), `${host} ${where}`).toEqual([421, 'request-host']);
      }
    }
    expect(refusal(await ask('/api/things', { setHost: false, headers }))).toEqual([421, 'request-host']);
    expect(done).toEqual([]);
  });

  test('lives through any bytes in place of a request', async () => {
    const { ask, port, certificate } = await openCounted();
    const speak = (bytes: string) =>
      new Promise<string>((resolve) => {
        let answer = '';
        const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca: certificate.authority });
        socket.once('error', () => resolve(answer));
        socket.on('data', (piece: Buffer) => (answer += piece.toString('latin1')));
        socket.once('close', () => resolve(answer));
        socket.end(Buffer.from(bytes, 'latin1'));
      });
    const line = fc.stringMatching(/^[\x20-\x7e]{0,40}$/);
    const hosts = fc.array(
      line.map((host) => `Host: ${host}`),
      { maxLength: 3 },
    );
    const heads = fc.tuple(fc.constantFrom('GET', 'POST', 'X', ''), line, hosts);
    await fc.assert(
      fc.asyncProperty(heads, async ([method, path, lines]) => {
        const answer = await speak(`${method} /${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`);
        expect(answer).toMatch(/^(?:|HTTP\/1\.1 4\d\d )/);
      }),
      { numRuns: 60 },
    );
    const twice = await speak(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\nHost: evil\r\nConnection: close\r\n\r\n`);
    expect(twice).toMatch(/^HTTP\/1\.1 4(?:00|21) /);
    for (const where of [
      '//evil.example/',
      '/%',
      '/%ff',
      '/api/%00',
      '/..%2f..%2fpackage.json',
      '/office/..%2foffice.js',
    ]) {
      const asked = await speak(`GET ${where} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`);
      expect(asked, where).toMatch(/^HTTP\/1\.1 4(?:00|01|04) /);
    }
    expect((await ask('/')).status).toBe(200);
  });

  test('refuses a foreign origin, the origin null, and the origin of another port', async () => {
    const { ask, port, headers, done } = await openCounted();
    const origins = ['https://evil.example', 'null', '', `http://localhost:${port}`, `https://localhost:${port + 1}`];
    for (const origin of [...origins, `https://127.0.0.1:${port}`, `https://localhost:${port}/`]) {
      const answer = await ask('/api/things', { ...sent, headers: { ...headers, origin } });
      expect(refusal(answer), origin).toEqual([403, 'request-origin']);
    }
    expect(refusal(await ask('/', { headers: { origin: 'https://evil.example' } }))).toEqual([403, 'request-origin']);
    expect(done).toEqual([]);
  });

  test('refuses what a browser sends for another site, another port of this computer, or the address bar', async () => {
    const { ask, headers, done } = await openCounted();
    for (const site of ['cross-site', 'same-site', 'none', 'something']) {
      const answer = await ask('/api/things', { ...sent, headers: { ...headers, 'sec-fetch-site': site } });
      expect(refusal(answer), site).toEqual([403, 'request-origin']);
    }
    // A person who types the address gets the page all the same.
    expect((await ask('/', { headers: { 'sec-fetch-site': 'none' } })).status).toBe(200);
    expect(done).toEqual([]);
  });

  test('refuses whoever has not the token of this start', async () => {
    const { ask, headers, port, done, cookie } = await openCounted();
    const name = `__Host-rowscribe-${port}`;
    const [right, stale] = [await cookie(), await (await openCounted()).cookie()];
    const value = right.slice(name.length + 1);
    const other = value.startsWith('A') ? 'B' : 'A';
    const wrong = [
      '',
      name,
      `${name}=`,
      `${name}=${value.slice(0, -1)}`,
      `${name}=${value}x`,
      `${name}=${other}${value.slice(1)}`,
    ];
    for (const given of [...wrong, stale, `rowscribe=${value}`, `x=1; y=${value}`, `${right}; ${name}=x`]) {
      const answer = await ask('/api/things', { ...sent, headers: { ...headers, cookie: given } });
      expect(refusal(answer), given).toEqual([401, 'session-missing']);
    }
    expect(refusal(await ask('/api/events'))).toEqual([401, 'session-missing']);
    expect(refusal(await ask('/api/nothing'))).toEqual([401, 'session-missing']);
    const among = await ask('/api/things', { ...sent, headers: { ...headers, cookie: `a=b; ${right}; c=d` } });
    expect(among.status).toBe(200);
    expect(done).toEqual(['a']);
  });

  test('lets no other spelling of an address around its guards', async () => {
    const { ask, done } = await openCounted();
    const spellings = ['/API/things', '/Api/things', '//api/things', '/api//things', '/%61pi/things', '/./api/things'];
    const climbing = [
      '/assets/../api/things',
      '/assets/..%2fapi/things',
      '/api/things/',
      '/api/things;x',
      '/api\\things',
    ];
    for (const where of [...spellings, ...climbing, '/x/../api/things']) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
        const headers = { 'content-type': 'application/json' };
        const { status } = await ask(where, { method, headers, ...(method === 'POST' && { body: '{"name":"a"}' }) });
        expect([401, 404], `${method} ${where}`).toContain(status);
      }
    }
    expect(done).toEqual([]);
  });

  test('keeps its token from scripts, from other sites and from plain connections, and makes a new one each start', async () => {
    const { ask, port } = await openTestServer();
    const set = String((await ask('/')).headers['set-cookie']);
    expect(set).toMatch(new RegExp(`^__Host-rowscribe-${port}=[\\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Strict$`));
    expect(String((await (await openTestServer()).ask('/')).headers['set-cookie']).slice(20)).not.toBe(set.slice(20));
    for (const where of ['/assets/pane.js', '/functions.json', '/icons/icon-32.png', '/office/office.js']) {
      expect((await ask(where)).headers['set-cookie'], where).toBeUndefined();
    }
  });

  test('takes JSON alone, and changes nothing for a GET', async () => {
    const { ask, headers, done } = await openCounted();
    const types = [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
      'text/json',
      '',
    ];
    for (const type of [...types, 'application/jsonp', 'application/json-patch+json', 'text/plain; application/json']) {
      const answer = await ask('/api/things', { ...sent, headers: { ...headers, 'content-type': type } });
      expect(refusal(answer), type).toEqual([415, 'request-not-json']);
    }
    const coded = { ...headers, 'content-encoding': 'gzip' };
    expect(refusal(await ask('/api/things', { ...sent, headers: coded }))).toEqual([415, 'request-not-json']);
    expect(refusal(await ask('/api/large', { headers }))).toEqual([404, 'not-found']);
    expect(refusal(await ask('/api/things/x', { headers }))).toEqual([404, 'not-found']);
    expect(done).toEqual([]);
    const named = { ...headers, 'content-type': 'Application/JSON; charset=utf-8' };
    expect((await ask('/api/things', { ...sent, headers: named })).status).toBe(200);
  });

  test('says what is wrong with a body: too long for its route, no JSON, not of the shape', async () => {
    const { ask, headers, done } = await openCounted();
    const sending = (where: string, body: string) => ask(where, { method: 'POST', headers, body });
    const long = JSON.stringify({ name: 'x'.repeat(70_000) });
    expect(refusal(await sending('/api/things', long))).toEqual([413, 'request-too-large']);
    expect((await sending('/api/large', long)).status).toBe(200);
    const huge = JSON.stringify({ name: 'x'.repeat(210_000) });
    expect(refusal(await sending('/api/large', huge))).toEqual([413, 'request-too-large']);
    for (const body of ['', '{', '"text"', '[]', '{"name":7}', '{}', '{"__proto__":{"name":"a"}}']) {
      expect(refusal(await sending('/api/things', body)), body).toEqual([400, 'request-invalid']);
    }
    expect(done).toEqual(['large']);
  });
});

describe('every answer', () => {
  const places: readonly (readonly [string, boolean])[] = [
    ...(['/', '/pane.html', '/assets/pane.js', '/assets/pane.css', '/office/office.js'] as const).map(
      (where) => [where, false] as const,
    ),
    ...(['/functions.json', '/nothing', '/api/things', '/api/nothing'] as const).map((where) => [where, true] as const),
  ];

  test('forbids everything from elsewhere, guessing of types, referrers, and keeping', async () => {
    const { ask, headers } = await openCounted();
    const asked = places.flatMap(([where, isKnown]) => [
      ask(where, isKnown ? { headers } : {}),
      ask(where, { headers: { host: 'x' } }),
    ]);
    for (const answer of await Promise.all(asked)) {
      const policy = String(answer.headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("connect-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      const names = Object.keys(answer.headers);
      expect(names.filter((name) => /^access-control-|x-powered-by|etag/.test(name))).toEqual([]);
    }
  });

  test('to a preflight allows nothing', async () => {
    const { ask } = await openCounted();
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const answer = await ask('/api/things', { method: 'OPTIONS', headers });
    expect(refusal(answer)).toEqual([403, 'request-origin']);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});
