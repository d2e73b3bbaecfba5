// What administrators see of factors that are lost and of the platform's keys, on a phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { product } from './product.mjs';

let it;
before(async () => { it = await product(); });
after(async () => { await it?.close(); });

const PHONE = { viewport: { width: 390, height: 844 } };
const ADMIN = 'admin@southcross.example';

async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide at ${page.url()}`);
  if (process.env.SCREENSHOTS) {
    const name = new URL(page.url()).pathname.split('/')[1];
    await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png`, fullPage: true });
  }
}

test('an administrator reads the signing keys of the platform on a phone, and nothing secret', async () => {
  const { page, faults } = await it.person(ADMIN, PHONE);
  await page.getByRole('link', { name: 'Security' }).click();
  await page.getByRole('link', { name: 'Signing keys of the platform' }).click();
  await page.getByRole('heading', { name: 'Signing keys' }).waitFor();
  await fits(page);
  const published = await (await page.request.get('/.well-known/jwks.json')).json();
  for (const { kid } of published.keys) await page.getByText(kid).waitFor();
  assert.equal(await page.locator('main form').count(), 0, 'nothing is done here');
  const other = await it.person('operator@southcross.example', PHONE);
  assert.equal((await other.page.goto('/signing-keys')).status(), 403);
  assert.deepEqual([...faults, ...other.faults], []);
});

test('who asks for the reset of a lost factor without having one is led to enrol first', async () => {
  const { page, faults } = await it.person(ADMIN, PHONE);
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('link', { name: 'Ollie Tran', exact: true }).click();
  await page.getByRole('heading', { name: 'Second factor lost?' }).waitFor();
  await fits(page);
  await page.locator('#reset-reason').fill('telephone lost in Rotterdam');
  await page.getByLabel('How the person proved who they are').fill('came to the office with a passport');
  await page.getByRole('button', { name: 'Ask for a reset' }).click();
  await page.waitForURL('**/security');
  assert.deepEqual(faults, []);
});
