// The company's data keys: an administrator has another one made after showing a second factor, and sees it end (DATA-3).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { looksRight } from './looks.mjs';
import { enrol } from './phone.mjs';
import { product } from './product.mjs';
import { ship } from './shipment.mjs';

let it;
before(async () => { it = await product(); });
after(async () => { await it?.close(); });

test('an administrator on a phone has another key made with a second factor, and watches it at work', async () => {
  await ship(it);
  const { page, faults } = await it.person('admin@northwind.example', { viewport: { width: 390, height: 844 } });
  await page.goto('/data-keys');
  await page.getByRole('heading', { name: 'contact' }).waitFor();
  await looksRight(page, 'data-keys');
  assert.equal(await page.getByRole('heading', { name: 'signing_key' }).count(), 0, 'those are the platform\'s');
  await page.getByRole('button', { name: 'Make another key for contact' }).click();
  // Critical: without a second factor one is led to set one up.
  await page.waitForURL('**/security');
  await enrol(page);
  await page.goto('/security');
  await page.getByRole('link', { name: 'Your company’s data keys' }).click();
  await page.getByRole('button', { name: 'Make another key for contact' }).click();
  await page.getByText('Another key seals from now on.').waitFor();
  // The node comes by itself, and the page asks anew.
  await page.getByText(/: 4 of 4$/).waitFor();
  await looksRight(page, 'data-keys-running');
  const section = page.getByRole('region', { name: 'contact' });
  assert.equal(await section.getByRole('progressbar').getAttribute('value'), '4');
  assert.equal(await section.getByRole('button').count(), 0);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 1280, height: 800 });
  await looksRight(page, 'data-keys-dark');
  assert.deepEqual(faults, []);
});
