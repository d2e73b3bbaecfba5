// Emergency access as people meet it: a driver beside a leaking drum, on a phone; the manager who answers for it
// (AUTHZ-6, AUTHZ-7).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { looksRight } from './looks.mjs';
import { enrol } from './phone.mjs';
import { product } from './product.mjs';
import { ship } from './shipment.mjs';

let it;
let number;
let shipment;
before(async () => {
  it = await product();
  ({ number, shipment } = await ship(it));
});
after(async () => { await it?.close(); });

const PHONE = { viewport: { width: 390, height: 844 } };
const DRIVER = 'driver@northwind.example';
const MANAGER = 'manager@northwind.example';

async function report(page, drill = false) {
  await page.getByRole('link', { name: 'Report an incident' }).click();
  await page.getByLabel('Leak or spill').check();
  await page.getByLabel('In your words').fill('cylinder hissing beside dock 3, two people moved upwind');
  await page.getByLabel('Tracking numbers').fill(number.toLowerCase());
  if (drill) await page.getByLabel('This is an exercise').check();
  await looksRight(page, 'report');
  await page.getByRole('button', { name: 'Report', exact: true }).click();
  await page.getByText('Reported. Whoever responds sees it now.').waitFor();
}

test('a driver on a phone reports a leak, reads its papers with one more tap, sees the time run out and gives it back', async () => {
  const { page, faults } = await it.person(DRIVER, PHONE);
  assert.equal((await page.goto(shipment)).status(), 403);
  await page.goto('/checker');
  await looksRight(page, 'checker');
  await page.clock.install();
  await report(page);
  await looksRight(page, 'incident');
  await page.getByRole('button', { name: 'I need to read these papers now' }).click();
  await page.waitForURL(`**${shipment}`);
  await page.getByRole('heading', { name: number }).waitFor();
  await page.getByText('Chlorine').first().waitFor();
  await looksRight(page, 'papers');
  const taken = page.getByRole('region', { name: 'Emergency access', exact: true });
  assert.match(await taken.innerText(), /Emergency access until \d\d:\d\d UTC · 59 min left/);
  await taken.getByRole('link').click();
  const left = page.locator('.access').getByRole('timer');
  assert.match(await left.innerText(), /^59 min left$/);
  await looksRight(page, 'mine');
  await page.clock.fastForward('30:00');
  assert.match(await left.innerText(), /^29 min left$/);
  await page.clock.fastForward('30:00');
  assert.equal(await left.innerText(), 'over');
  await taken.getByRole('button', { name: 'Give it back' }).click();
  await page.getByText('The emergency access is over.').waitFor();
  assert.equal(await taken.count(), 0);
  assert.equal((await page.goto(shipment)).status(), 403);
  assert.deepEqual(faults, []);
});

test('a second taking waits, and the manager approves it with a second factor, takes it back and judges both', async () => {
  const { page: driver, faults } = await it.person(DRIVER, { ...PHONE, colorScheme: 'dark' });
  await driver.getByRole('link', { name: 'Incidents' }).click();
  await looksRight(driver, 'incidents-dark');
  await driver.getByRole('link', { name: 'Leak or spill' }).click();
  await looksRight(driver, 'incident-dark');
  await driver.getByText('nobody has judged yet').waitFor();
  await driver.getByRole('button', { name: 'Ask to read these papers' }).click();
  await driver.getByText('one of them decides').waitFor();
  assert.equal((await driver.goto(shipment)).status(), 403);

  const { page, faults: others } = await it.person(MANAGER, PHONE);
  await page.goto('/emergency-access');
  await looksRight(page, 'queue');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL('**/security');
  await enrol(page);

  await page.goto('/emergency-access');
  await page.locator('.access').getByRole('link', { name: 'Leak or spill' }).first().click();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('Confirmed, with your name.').waitFor();
  await looksRight(page, 'incident-manager');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('The person is told and may act now.').waitFor();
  assert.equal((await driver.goto(shipment)).status(), 200);
  await looksRight(driver, 'papers-dark');
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('The emergency access is over.').waitFor();
  assert.equal((await driver.goto(shipment)).status(), 403);

  // The one that the driver took at once; whoever approved the other does not judge that.
  const first = page.locator('.access', { hasText: 'Over, not judged yet' }).last();
  await first.getByLabel('Justified', { exact: true }).check();
  await first.getByLabel('Why you judge so').fill('read what was in the cylinder that leaked');
  await first.getByRole('button', { name: 'Judge' }).click();
  await page.getByText('Judged. The person is told.').waitFor();
  await looksRight(page, 'judged');
  await driver.goto('/emergency-access');
  await driver.getByText('Justified, by Mira Novak').waitFor();
  assert.deepEqual([...faults, ...others], []);
});

test('an exercise is marked as one everywhere and opens nothing', async () => {
  const { page, faults } = await it.person(DRIVER, { ...PHONE, colorScheme: 'dark' });
  await report(page, true);
  await page.getByText('This is an exercise. Every step can be walked; it permits nothing.').waitFor();
  await page.getByRole('button', { name: 'I need to read these papers now' }).click();
  await page.getByText('Exercise: in an emergency you would read the papers now.').waitFor();
  await looksRight(page, 'drill-dark');
  assert.equal(await page.getByRole('region', { name: 'Emergency access', exact: true }).count(), 0);
  assert.equal((await page.goto(shipment)).status(), 403);
  for (const path of ['/incidents', '/emergency-access']) {
    await page.goto(path);
    await page.locator('.drill-tag').first().waitFor();
    await looksRight(page, 'drill-list');
  }
  const { page: viewer } = await it.person('viewer@northwind.example', PHONE);
  assert.equal(await viewer.getByRole('link', { name: 'Incidents' }).count(), 0);
  assert.equal((await viewer.goto('/emergency-access')).status(), 403);
  assert.deepEqual(faults, []);
});
