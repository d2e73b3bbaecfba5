// The real product for the browser: the binary with a private cluster, and people who sign in by the form.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const BINARY = process.env.SAFESHIPPER_BIN;
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
// Whatever talks to the outside by itself would only fail in a closed network.
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Starts `safeshipper demo` on a free port; resolves with its address and the demo password. */
export async function start(options = []) {
  if (!BINARY) throw new Error('SAFESHIPPER_BIN is not set: run through ./dev test');
  const data = await mkdtemp(join(tmpdir(), 'safeshipper-browser-'));
  // The account PostgreSQL runs under must be able to pass.
  await chmod(data, 0o755);
  const process = spawn(BINARY, ['demo', '--listen', '127.0.0.1:0', '--data-dir', join(data, 'demo'), ...options]);
  let said = '';
  let logged = '';
  process.stderr.on('data', chunk => { logged += chunk; });
  const [address, password] = await new Promise((resolve, reject) => {
    process.stdout.on('data', chunk => {
      said += chunk;
      const found = /is up: (\S+)[\s\S]*password (\S+)[\s\S]*Stop with/.exec(said);
      if (found) resolve([found[1], found[2]]);
    });
    process.on('exit', code => reject(new Error(`safeshipper ended with ${code}: ${logged}`)));
  });
  const stop = async () => {
    const ended = new Promise(resolve => process.on('exit', resolve));
    process.kill('SIGINT');
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  return { address, password, stop, log: () => logged };
}

/** The product, started with these options, and a browser; `close` ends both. */
export async function product(options = []) {
  const server = await start(options);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  /** A browser of one's own, with everything that goes wrong in it noted. */
  const person = async (email, options = {}) => {
    const context = await browser.newContext({ baseURL: server.address, viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const faults = [];
    page.on('pageerror', error => faults.push(String(error)));
    page.on('console', message => {
      if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
    });
    if (email) {
      await page.goto('/');
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password').fill(server.password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      // The live answer is the scripts' work.
      await page.waitForLoadState();
    }
    return { page, faults, context };
  };
  const close = async () => {
    await browser.close();
    await server.stop();
  };
  return { ...server, person, close };
}
