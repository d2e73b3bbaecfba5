// An authenticator app for the tests.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

/** The app on somebody's phone (RFC 6238): shows each code once, the oldest that is taken first. */
export function app(secret) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replaceAll(' ', '')].map(letter => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => Number.parseInt(byte, 2)));
  let last = 0;
  return () => {
    const now = Math.floor(Date.now() / 30_000);
    last = Math.max(last + 1, now - 1);
    assert.ok(last <= now + 1, 'the test asks for codes faster than time passes');
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(last));
    const mac = createHmac('sha1', key).update(counter).digest();
    const at = mac.at(-1) & 15;
    return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  };
}

/** Sets up an app from the page that offers it; its codes from then on. */
export async function enrol(page) {
  await page.getByRole('button', { name: 'Set up app' }).click();
  await page.getByText('No camera?').click();
  const code = app(await page.locator('.secret').textContent());
  await page.getByLabel('Code').fill(code());
  await page.getByRole('button', { name: 'Activate' }).click();
  await page.getByText('never again').waitFor();
  return code;
}
