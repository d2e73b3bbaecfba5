// A data set from the publisher's desk to a dispatcher's answer, and away again.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { product } from './product.mjs';

const SAMPLE = new URL('../../crates/dangerous-goods/tests/data/exampleland.csv', import.meta.url);
const PHONE = { viewport: { width: 390, height: 844 } };

let it, folder, key, bundle;

/** Runs the program as a publisher does, without a server. */
const publisher = (...args) => execFileSync(process.env.SAFESHIPPER_BIN, ['dataset', ...args], { encoding: 'utf8' });

/** Signs the sample, made out to a company and valid today, whenever that is. */
async function signed(company, name) {
  const text = (await readFile(SAMPLE, 'utf8')).replace('company,acme', `company,${company}`)
    .replace('valid_from,2026-01-01', 'valid_from,2000-01-01').replace('valid_to,2027-12-31', 'valid_to,2999-12-31');
  const draft = join(folder, `${name}.csv`);
  await writeFile(draft, text);
  const file = join(folder, name);
  await writeFile(file, publisher('sign', draft, '--private', join(folder, 'private.key')));
  return file;
}

before(async () => {
  it = await product();
  folder = await mkdtemp(join(tmpdir(), 'safeshipper-publisher-'));
  key = publisher('new-key', 'publisher.example/imdg', '--private', join(folder, 'private.key')).trim();
  bundle = await signed('northwind', 'imdg-northwind');
});
after(async () => {
  await it?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const fits = async page => {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
};

async function answered(page, change) {
  const answer = page.waitForResponse(response => response.url().endsWith('/checker/result'));
  await change();
  await answer;
}

async function load(page, file) {
  await page.locator('#bundle').setInputFiles(file);
  await page.getByRole('button', { name: 'Load', exact: true }).click();
}

let shipment;

test('an administrator trusts a key and loads a bundle on a phone, and no other bundle is taken', async () => {
  const { page, faults } = await it.person('admin@northwind.example', PHONE);
  await page.goto('/data-sets');
  await page.getByText('No key is trusted').waitFor();
  await load(page, bundle);
  await page.getByText('No trusted key has signed the text').waitFor();

  await page.getByLabel('Public key to trust').fill(key);
  await page.getByRole('button', { name: 'Trust', exact: true }).click();
  await page.getByText('The key is trusted').waitFor();
  await load(page, await signed('southcross', 'imdg-southcross'));
  await page.getByText('The data set is made out to').waitFor();
  const forged = join(folder, 'forged');
  await writeFile(forged, (await readFile(bundle, 'utf8')).replace('X,prohibited', 'X,permitted'));
  await load(page, forged);
  await page.getByText('The signature of').waitFor();
  assert.equal(await page.locator('.data-set').getByText('Not loaded.').count(), 3);
  await fits(page);

  await load(page, bundle);
  await page.getByText('The data set of IMDG is in force').waitFor();
  const imdg = page.locator('.data-set', { hasText: 'IMDG' }).first();
  await imdg.getByText('Exampleland sea rules 7').waitFor();
  await imdg.getByText('publisher.example/imdg').waitFor();
  await fits(page);
  assert.deepEqual(faults, []);
});

test('a dispatcher sees what the data set says beside US and ADR, chooses a row, and saves the load', async () => {
  const { page, faults } = await it.person('operator@northwind.example', PHONE);
  await page.goto('/checker');
  await answered(page, () => page.locator('#goods-1').fill('UN1950'));
  const answer = page.locator('#load-result');
  await answer.getByText('Not checked: ADG, IATA (no data set is loaded).').waitFor();
  const row = page.getByLabel('IMDG row, line 1');
  await row.waitFor();
  await answered(page, () => row.selectOption('imdg:UN1950:9'));
  await page.getByRole('button', { name: 'Add line' }).last().click();
  await page.locator('#goods-2').waitFor();
  await answered(page, () => page.locator('#goods-2').fill('UN0081'));
  assert.equal(await page.getByLabel('IMDG row, line 1').inputValue(), 'imdg:UN1950:9', 'the choice is kept');
  await answered(page, () => page.locator('#goods-2').fill('UN1203'));
  assert.match(await page.locator('article:has(#imdg-verdict)').innerText(), /IMDG\s+Permitted/);
  await answered(page, () => page.locator('#goods-2').fill('UN2031'));
  await page.locator('.regime-imdg').getByText('Exampleland 6.3').first().waitFor();
  await fits(page);

  // Goods that all three let travel as they are.
  await answered(page, () => page.locator('#goods-2').fill('UN1203'));
  await page.getByRole('button', { name: 'Remove line 1' }).click();
  await page.locator('#goods-2').waitFor({ state: 'detached' });
  await page.locator('#quantity-1').fill('200');
  await page.locator('#packages-1').fill('1');
  await page.locator('#packaging-1').selectOption('drums');
  await page.getByRole('button', { name: 'Save as shipment' }).click();
  await page.getByRole('heading', { name: 'New shipment' }).waitFor();
  assert.ok(await page.locator('#regime-imdg').isChecked(), 'what is loaded is asked for');
  const party = { street: 'Waalhaven 12', postcode: '3089 JH', city: 'Rotterdam', country: 'Netherlands' };
  for (const who of ['consignor', 'consignee']) {
    await page.locator(`#${who}_name`).fill(`${who} Ltd`);
    for (const [field, value] of Object.entries(party)) await page.locator(`#${who}_${field}`).fill(value);
  }
  await page.locator('#contact_name').fill('Duty desk');
  await page.locator('#contact_phone').fill('+31 10 555 0100');
  await page.locator('#contact_email').fill('duty@northwind.example');
  await page.getByRole('button', { name: 'Save shipment' }).click();
  await page.waitForURL(/\/shipments\/shp_[0-9a-f]{32}(\?|$)/);
  shipment = new URL(page.url()).pathname;
  await page.getByRole('button', { name: 'Check load' }).click();
  await page.getByText('The load was checked and may travel.').waitFor();
  await page.getByText('Travels under US highway, ADR and IMDG.').waitFor();
  await page.locator('#imdg-verdict').getByText('Permitted').waitFor();
  await page.getByRole('button', { name: 'Mark ready' }).waitFor();
  await fits(page);
  assert.deepEqual(faults, []);
});

test('a data set that is removed leaves its shipment not checked, and the checker says what it did not check', async () => {
  const admin = await it.person('admin@northwind.example');
  await admin.page.goto('/data-sets');
  await admin.page.getByRole('button', { name: 'Remove the data set of IMDG' }).click();
  await admin.page.getByText('The data set of IMDG is out of force').waitFor();

  const { page, faults } = await it.person('operator@northwind.example', PHONE);
  await page.goto(shipment);
  await page.getByText('Changed since the check.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Mark ready' }).count(), 0);
  assert.equal(await page.getByRole('link', { name: 'US shipping paper' }).count(), 0);
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByText('may not travel as it stands').waitFor();
  await page.locator('#imdg-verdict').getByText('Not checked').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Mark ready' }).count(), 0);
  await fits(page);

  await page.goto('/checker');
  await answered(page, () => page.locator('#goods-1').fill('UN1203'));
  await page.getByText('Not checked: IMDG, ADG, IATA (no data set is loaded).').waitFor();
  assert.equal(await page.locator('#imdg-verdict').count(), 0);
  assert.deepEqual([...faults, ...admin.faults], []);
});
