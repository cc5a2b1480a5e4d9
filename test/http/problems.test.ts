// What a page is told when something goes wrong, and what is written down of it.
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../server/contract/state.ts';
import { get, newRoutes } from '../../server/http/route.ts';
import { openCounted, refusal } from './counted-routes.ts';
import { openTestServer, type Answer } from './local-server.ts';

describe('what goes wrong', () => {
  test('inside is told without its details, and logged without a word or a path of the person’s', async () => {
    const { ask, headers, lines } = await openCounted();
    const broken = await ask('/api/faulty', { method: 'POST', headers, body: '{}' });
    const missing = await ask('/api/missing', { method: 'POST', headers, body: '{}' });
    expect(refusal(broken)).toEqual([500, 'internal']);
    expect(broken.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(broken.body).not.toMatch(/冰丝|secret/);
    expect(refusal(missing)).toEqual([404, 'workbook-missing']);
    expect(missing.json<Problem>()).toMatchObject({ type: 'about:blank', title: 'Not Found', retryable: false });
    expect(missing.json<Problem>().message['zh-CN']).toContain('secret.xlsx');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^POST \/api\/faulty 500 internal TypeError at counted-routes\.ts:\d+:\d+/);
    expect(lines[1]).toMatch(/^POST \/api\/missing 404 workbook-missing file:[0-9a-f]{8}$/);
    await ask('/api/things/我的商品?name=secret', { method: 'POST', headers, body: '{}' }).catch(() => undefined);
    expect(lines.join('\n')).not.toMatch(/冰丝|secret|商品/);
  });

  test('with too many requests at once is said politely, and passes', async () => {
    const routes = newRoutes();
    const waiting: (() => void)[] = [];
    get(routes, '/api/slow', () => new Promise<void>((resolve) => waiting.push(resolve)));
    const { ask, cookie } = await openTestServer([routes], { limits: { requestsMax: 10 } });
    const headers = { cookie: await cookie() };
    const asked = Array.from({ length: 100 }, () =>
      ask('/api/slow', { headers }).then((answer) => {
        if (answer.status === 503) refused.push(answer);
        if (refused.length === 90) for (const go of waiting) go();
        return answer;
      }),
    );
    const refused: Answer[] = [];
    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(new Set(refused.map((answer) => answer.json<Problem>().code))).toEqual(new Set(['server-busy']));
    const after = ask('/api/slow', { headers });
    await expect.poll(() => waiting.length).toBe(11);
    waiting[10]?.();
    expect((await after).status).toBe(200);
  });
});
