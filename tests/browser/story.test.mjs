// The main job as people do it, in a real browser against the real product.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { createLocalJWKSet, errors, flattenedVerify } from 'jose';
import { product } from './product.mjs';

let it;
before(async () => { it = await product(); });
after(async () => { await it?.close(); });

const LOAD = [
  { goods: 'UN1203', quantity: '200', unit: 'L', packages: '1', packaging: 'drums' },
  { goods: 'UN1830', group: 'II', quantity: '100', unit: 'L', packages: '2', packaging: 'jerricans' },
  { goods: 'UN1942', quantity: '500', unit: 'kg', packages: '20', packaging: 'bags' },
  { goods: 'UN1017', quantity: '50', unit: 'kg', packages: '1', packaging: 'cylinders' },
  { goods: 'UN3077', quantity: '25', unit: 'kg', packages: '1', packaging: 'bags', technical: 'zinc oxide' },
];
const PARTIES = {
  consignor_name: 'Northwind Chemicals', consignor_street: 'Waalhaven 12', consignor_postcode: '3089 JH',
  consignor_city: 'Rotterdam', consignor_country: 'Netherlands', consignee_name: 'Elbe Farben GmbH',
  consignee_street: 'Hafenstr. 5', consignee_postcode: '20457', consignee_city: 'Hamburg',
  consignee_country: 'Germany', contact_name: 'Duty desk', contact_phone: '+31 10 555 0100',
  contact_email: 'duty@northwind.example',
};

/** The live answer is there once it says what it was asked about and nothing is pending. */
async function answered(page, change) {
  const answer = page.waitForResponse(response => response.url().endsWith('/checker/result'));
  await change();
  await answer;
}

/** Adds a line and waits for it, as somebody does who types into it next. */
async function add(page, at) {
  await page.getByRole('button', { name: 'Add line' }).last().click();
  await page.locator(`#goods-${at}`).waitFor();
}

async function type(page, lines) {
  for (const [index, line] of lines.entries()) {
    const at = index + 1;
    if (at > 1) await add(page, at);
    await answered(page, () => page.locator(`#goods-${at}`).fill(line.goods));
    if (line.group) await answered(page, () => page.locator(`#packing_group-${at}`).selectOption(line.group));
    await page.locator(`#quantity-${at}`).fill(line.quantity);
    await page.locator(`#unit-${at}`).selectOption(line.unit);
    await page.locator(`#packages-${at}`).fill(line.packages);
    await answered(page, () => page.locator(`#packaging-${at}`).selectOption(line.packaging));
    if (line.technical) await answered(page, () => page.locator(`#technical_name-${at}`).fill(line.technical));
  }
}

async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: `${name} PDF` }).click()]);
  const text = execFileSync('pdftotext', [await file.path(), '-'], { encoding: 'utf8' });
  return text.replaceAll(/\s+/g, ' ');
}

let shipment;

test('an operator types a real load, sees why, saves, confirms, and takes the papers', async () => {
  const { page, faults } = await it.person('operator@northwind.example');
  await type(page, LOAD);
  const banners = page.locator('#load-result');
  await banners.getByText('Permitted with conditions').first().waitFor();
  await banners.getByText('49 CFR 177.848(d)').first().waitFor();
  await banners.getByText('49 CFR 177.848(e)(3)').first().waitFor();
  await banners.getByText('Why the answers differ').waitFor();

  await page.getByRole('button', { name: 'Save as shipment' }).click();
  await page.getByRole('heading', { name: 'New shipment' }).waitFor();
  assert.equal(await page.locator('#goods-4').inputValue(), 'UN1017');
  for (const [field, value] of Object.entries(PARTIES)) await page.locator(`#${field}`).fill(value);
  await page.getByRole('button', { name: 'Save shipment' }).click();
  await page.waitForURL(/\/shipments\/shp_[0-9a-f]{32}(\?|$)/);
  shipment = new URL(page.url()).pathname;
  assert.equal(await page.getByRole('link', { name: 'US shipping paper' }).count(), 0, 'no paper before a check');

  await page.getByRole('button', { name: 'Check load' }).click();
  await page.getByRole('button', { name: 'Check again' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Mark ready' }).count(), 0, 'conditions are open');
  const conditions = page.locator('input[name=confirm]');
  assert.equal(await conditions.count(), 7);
  for (const condition of await conditions.all()) await condition.check();
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByRole('button', { name: 'Mark ready' }).click();
  await page.locator('[aria-current=step]', { hasText: 'Ready' }).waitFor();

  const hash = /[0-9a-f]{64}/.exec(await page.locator('main').innerText())[0];
  const us = await download(page, 'US shipping paper');
  assert.match(us, /UN1830, Sulfuric acid/);
  assert.ok(us.replace(/\s/g, '').includes(hash), 'the US paper carries the hash of the checked load');
  assert.match(us, /Poison-Inhalation Hazard, Zone B/i);
  const adr = await download(page, 'ADR transport document');
  assert.match(adr, /UN 1017/);
  assert.ok(adr.replace(/\s/g, '').includes(hash), 'the ADR document carries the hash of the checked load');
  assert.deepEqual(faults, []);
});

test('the papers as JSON verify with the published keys and a library of others', async () => {
  const { page } = await it.person('operator@northwind.example');
  const get = async path => {
    const response = await page.request.get(path);
    assert.equal(response.status(), 200, path);
    return response.body();
  };
  const keys = createLocalJWKSet(JSON.parse(await get('/.well-known/document-keys.json')));
  for (const paper of ['us-shipping-paper', 'adr-transport-document']) {
    const bytes = await get(`${shipment}/${paper}.json`);
    const [header, detached, signature] = String(await get(`${shipment}/${paper}.json.jws`)).trim().split('.');
    assert.equal(detached, '', 'the payload is the file itself');
    const verify = document => flattenedVerify(
      { protected: header, payload: document.toString('base64url'), signature }, keys, { algorithms: ['RS256'] });
    const verified = await verify(bytes);
    assert.equal(verified.protectedHeader.typ, 'shipping-paper+jws');
    const goods = JSON.parse(Buffer.from(verified.payload)).lines.map(line => line.goods.identification_number);
    assert.ok(goods.some(number => /1830/.test(number)), `${paper}: ${goods}`);
    const changed = Buffer.from(bytes.toString().replace('"value": "500"', '"value": "50"'));
    assert.notDeepEqual(changed, bytes);
    await assert.rejects(verify(changed), errors.JWSSignatureVerificationFailed);
  }
});

test('a changed load is a draft again and has no papers', async () => {
  const { page } = await it.person('operator@northwind.example');
  await page.goto(`${shipment}/edit`);
  await answered(page, () => page.locator('#quantity-1').fill('201'));
  await page.getByRole('button', { name: 'Save shipment' }).click();
  await page.getByText('Changed since the check').waitFor();
  assert.equal(await page.getByRole('link', { name: 'US shipping paper' }).count(), 0);
  const response = await page.request.get(`${shipment}/us-shipping-paper.pdf`);
  assert.equal(response.status(), 409);
});

test("another company's manager sees nothing of it", async () => {
  const { page } = await it.person('manager@southcross.example');
  await page.goto('/shipments');
  const html = await page.content();
  for (const trace of ['Elbe Farben', 'Northwind', 'UN1017', shipment]) assert.ok(!html.includes(trace), trace);
  const body = async path => {
    const response = await page.request.get(path);
    return [response.status(), (await response.text()).replaceAll(/req_[0-9a-f]+/g, '').replaceAll(path, '')];
  };
  const never = `/shipments/shp_${'0'.repeat(32)}`;
  for (const suffix of ['', '/edit', '/emergency', '/emergency.pdf', '/us-shipping-paper.pdf', '/adr-transport-document.pdf']) {
    const theirs = await body(shipment + suffix);
    assert.equal(theirs[0], 404, suffix);
    assert.deepEqual(theirs, await body(never + suffix), suffix);
  }
});

test('a viewer is shown and given nothing beyond their part', async () => {
  const { page } = await it.person('viewer@northwind.example');
  await page.goto('/shipments');
  assert.equal(await page.getByRole('link', { name: 'New shipment' }).count(), 0);
  assert.equal(await page.getByRole('link', { name: 'Load checker' }).count(), 0);
  assert.equal(await page.getByRole('link', { name: 'Audit' }).count(), 0);
  assert.equal((await page.request.get('/audit')).status(), 403);
  assert.equal((await page.request.get(shipment)).status(), 403, 'in their company, outside their scope');
});

test('an administrator finds every step in the audit trail', async () => {
  const { page, faults } = await it.person('admin@northwind.example');
  await page.goto('/audit');
  const trail = await page.locator('main').innerText();
  for (const step of ['shipment created', 'shipment made ready', 'transport document issued', 'signed in', 'refused']) {
    assert.match(trail, new RegExp(step, 'i'));
  }
  assert.ok(!(await page.content()).includes('555 0100'), 'no phone number in the trail');
  assert.deepEqual(faults, []);
});

test('an ambiguous number asks for a row and a forbidden load says so', async () => {
  const { page } = await it.person('operator@northwind.example');
  await answered(page, () => page.locator('#goods-1').fill('UN1950'));
  await page.locator('#load-result').getByText('Cannot be cleared').first().waitFor();
  assert.ok(await page.locator('#us_row-1 option').count() > 2);
  await add(page, 2);
  await answered(page, () => page.locator('#goods-1').fill('UN0081'));
  await answered(page, () => page.locator('#goods-2').fill('UN1203'));
  await page.locator('#load-result').getByText('Prohibited').first().waitFor();
});

test('what is typed while a line is being added is not lost', async () => {
  const { page } = await it.person('operator@northwind.example');
  await answered(page, () => page.locator('#goods-1').fill('UN1203'));
  let release;
  const held = new Promise(resolve => { release = resolve; });
  await page.route('**/checker', async route => { await held; await route.continue(); });
  const asked = page.waitForRequest('**/checker');
  await page.getByRole('button', { name: 'Add line' }).last().click();
  await asked;
  await page.locator('#goods-1').fill('UN1017');
  await answered(page, async () => {
    release();
    await page.locator('#goods-2').waitFor();
  });
  assert.equal(await page.locator('#goods-1').inputValue(), 'UN1017');
  await page.locator('#line-1').getByText('Chlorine').waitFor();
});

test('it works with the keyboard alone', async () => {
  const { page } = await it.person();
  await page.goto('/');
  await page.keyboard.type('operator@northwind.example');
  await page.keyboard.press('Tab');
  await page.keyboard.type(it.password);
  await page.keyboard.press('Enter');
  await page.locator('#goods-1').waitFor();
  await page.waitForLoadState();
  await page.locator('#goods-1').focus();
  await answered(page, () => page.keyboard.type('UN1203'));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await page.locator('#goods-2:focus').waitFor();
  await answered(page, () => page.keyboard.type('UN1017'));
  await page.locator('#load-result').getByText('Permitted with conditions').first().waitFor();
});

test('it works without scripts', async () => {
  const { page } = await it.person('operator@northwind.example', { javaScriptEnabled: false });
  await page.locator('#goods-1').fill('UN1203');
  await page.getByRole('button', { name: 'Add line' }).last().click();
  await page.locator('#goods-2').fill('UN1017');
  await page.getByRole('button', { name: 'Check load' }).last().click();
  await page.locator('#load-result').getByText('Permitted with conditions').first().waitFor();
});

test('it fits a phone, in light and dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const { page } = await it.person('operator@northwind.example', { viewport: { width: 360, height: 780 }, colorScheme });
    for (const path of ['/checker', '/shipments', '/shipments/new', shipment, `${shipment}/emergency`]) {
      await page.goto(path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${path} is ${wide} px too wide`);
    }
  }
});

test('what follows from a load is drawn as one types: points, tunnels, plates, placards', async () => {
  const { page, faults } = await it.person('operator@northwind.example');
  await answered(page, () => page.locator('#goods-1').fill('UN1203'));
  await page.locator('#quantity-1').fill('334');
  await answered(page, () => page.locator('#unit-1').selectOption('L'));
  const adr = page.locator('.regime-adr .follows');
  await adr.getByRole('img', { name: '1002 points of 1,000: not exempt' }).waitFor();
  await adr.getByText('Category E is closed.').waitFor();
  await adr.getByText('Orange plate').first().waitFor();
  await answered(page, () => page.locator('#quantity-1').fill('333'));
  await adr.getByRole('img', { name: '999 points of 1,000: within the exemption' }).waitFor();
  await page.locator('#line-1 .more > summary').click();
  await answered(page, () => page.locator('#gross_mass-1').fill('454'));
  await page.locator('.regime-us .follows').getByText('FLAMMABLE', { exact: true }).waitFor();
  assert.deepEqual(faults, []);
});

test('a prohibited load is split with one click, and the answer is that of the load as split', async () => {
  const { page, faults } = await it.person('operator@northwind.example');
  await answered(page, () => page.locator('#goods-1').fill('UN0081'));
  await add(page, 2);
  await answered(page, () => page.locator('#goods-2').fill('UN1203'));
  await page.locator('#load-result').getByText('Prohibited').first().waitFor();
  await page.locator('#travel').selectOption('apart');
  await page.getByRole('button', { name: 'Find the smallest split' }).click();
  await page.getByText(/Applied: the load .* on 2 vehicles/).waitFor();
  const vehicles = [await page.locator('#vehicle-1').inputValue(), await page.locator('#vehicle-2').inputValue()];
  assert.notEqual(vehicles[0], vehicles[1]);
  assert.equal(await page.locator('#load-result .verdict').getByText('Prohibited').count(), 0);
  assert.deepEqual(faults, []);
});

test('the papers of class 7 are asked for what they lack, and print what is then stated', async () => {
  const { page, faults } = await it.person('operator@northwind.example');
  await page.goto('/shipments/new');
  await page.waitForLoadState();
  await answered(page, () => page.locator('#goods-1').fill('UN1203'));
  assert.equal(await page.locator('#activity-1').isVisible(), false, 'gasoline has no activity');
  await answered(page, () => page.locator('#goods-1').fill('UN2915'));
  const asked = page.locator('#line-1 .entries .field:visible label');
  const names = async () => (await asked.allInnerTexts()).map(text => text.split(',')[0].trim());
  assert.deepEqual(await names(), ['Class 7 category', 'Radionuclides', 'Physical and chemical form', 'Activity']);
  await page.getByText('The papers still need: radionuclides, physical and chemical form, activity, class 7 category.').waitFor();
  await answered(page, () => page.locator('#radioactive_category-1').selectOption('II'));
  assert.deepEqual((await names()).slice(3), ['Activity', 'Transport index']);
  await page.locator('#quantity-1').fill('20');
  await page.locator('#packages-1').fill('1');
  await page.locator('#packaging-1').selectOption('Type A packages');
  for (const [field, value] of Object.entries(PARTIES)) await page.locator(`#${field}`).fill(value);
  await page.getByRole('button', { name: 'Save shipment' }).click();
  await page.waitForURL(/\/shipments\/shp_[0-9a-f]{32}(\?|$)/);
  await page.getByRole('button', { name: 'Check load' }).click();

  // The paper leads to the fields that it lacks.
  await page.getByRole('link', { name: 'US shipping paper PDF' }).click();
  await page.getByText('The paper cannot be made yet: 4 things are missing').waitFor();
  await page.getByRole('link', { name: /Line 1: activity is missing \(49 CFR 172\.203 \(d\)\(3\)\)/ }).click();
  await page.waitForURL(/\/edit#activity-1$/);
  await page.waitForLoadState();
  await page.locator('#radionuclides-1').fill('Cs-137');
  await page.locator('#radioactive_form-1').fill('special form');
  await page.locator('#transport_index-1').fill('0.4');
  await answered(page, () => page.locator('#activity-1').fill('3.7 mBq'));
  await page.locator('#line-1-problem').getByText('The activity is `3.7 mBq`, expected a number above zero').waitFor();
  assert.equal((await names()).length, 5, 'nothing vanishes while a field is wrong');
  await answered(page, () => page.locator('#activity-1').fill('3.7 GBq'));
  await page.locator('#line-1-problem').waitFor({ state: 'detached' });
  assert.equal(await page.getByText('The papers still need').count(), 0);
  await page.getByRole('button', { name: 'Save shipment' }).click();
  await page.getByText('Changed since the check').waitFor();
  await page.locator('.load').getByText('Activity: 3.7 GBq').waitFor();
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByText('The load was checked and may travel').waitFor();
  for (const name of ['US shipping paper', 'ADR transport document']) {
    const printed = await download(page, name);
    for (const entry of ['Radionuclides: Cs-137', 'Form: special form', 'Activity: 3.7 GBq', 'Transport index: 0.4', 'RADIOACTIVE YELLOW-II']) {
      assert.ok(printed.includes(entry), `${entry} is not in the ${name}: ${printed}`);
    }
  }
  assert.deepEqual(faults, []);
});

test('the emergency panel of a load that is not saved opens beside it', async () => {
  const { page, faults } = await it.person('operator@northwind.example');
  await answered(page, () => page.locator('#goods-1').fill('UN1017'));
  await page.locator('#quantity-1').fill('50');
  await page.locator('#unit-1').selectOption('kg');
  const [panel] = await Promise.all([
    page.waitForEvent('popup'), page.getByRole('button', { name: 'Emergency panel' }).click()]);
  await panel.getByRole('heading', { name: 'Emergency', exact: true }).waitFor();
  await panel.locator('a[href="tel:112"]').waitFor();
  await panel.getByText('UN 1017').first().waitFor();
  await panel.setViewportSize({ width: 360, height: 740 });
  const wide = await panel.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
  assert.equal(await page.locator('#quantity-1').inputValue(), '50', 'what was typed stays');
  assert.deepEqual(faults, []);
});

test('vehicles that travel apart are explained and have a verdict each', async () => {
  const { page } = await it.person('operator@northwind.example');
  await answered(page, () => page.locator('#goods-1').fill('UN0081'));
  await add(page, 2);
  await answered(page, () => page.locator('#goods-2').fill('UN1203'));
  await page.locator('#line-2 .more > summary').click();
  await answered(page, () => page.locator('#vehicle-2').fill('2'));
  const answer = page.locator('#load-result');
  await answer.getByText('Vehicles travel coupled').waitFor();
  await answered(page, () => page.locator('#travel').selectOption('apart'));
  await answer.getByText('Vehicles travel apart').waitFor();
  await answer.getByText('one for each vehicle').waitFor();
  assert.equal(await answer.locator('.vehicle-verdicts li').count(), 2);
});

test('the emergency page of a shipment opens on a phone without signal and goes with the session', async () => {
  const phone = { viewport: { width: 360, height: 740 } };
  const { page, context, faults } = await it.person('operator@northwind.example', phone);
  await page.goto(shipment);
  await page.getByText('kept on this device').waitFor();
  await context.setOffline(true);
  await page.goto(`${shipment}/emergency`);
  await page.getByRole('heading', { name: 'Emergency', exact: true }).waitFor();
  await page.locator('a[href="tel:112"]').waitFor();
  await page.getByText('UN 1017').first().waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
  assert.ok(await page.evaluate(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0)),
    'the labels are kept too');
  await context.setOffline(false);
  await page.goto(shipment);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Password').waitFor();
  assert.deepEqual(await page.evaluate(() => caches.keys()), []);
  await context.setOffline(true);
  await assert.rejects(page.goto(`${shipment}/emergency`));
  assert.deepEqual(faults, []);
});

test('the emergency sheet is one page to print', async () => {
  const { page } = await it.person('operator@northwind.example');
  const response = await page.request.get(`${shipment}/emergency.pdf`);
  assert.equal(response.status(), 200);
  const text = execFileSync('pdftotext', ['-', '-'], { input: await response.body(), encoding: 'utf8' });
  assert.match(text, /112/);
  assert.match(text, /1017/);
  assert.equal(text.split('\f').length - 1, 1, 'pages');
});

test('signing out ends the session for good', async () => {
  const { page, context } = await it.person('operator@northwind.example');
  const cookies = await context.cookies();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Password').waitFor();
  await context.addCookies(cookies);
  assert.equal((await page.request.get('/shipments')).status(), 401);
});

test('on a phone an administrator locks an account with a reason, and the person is out at once', async () => {
  const phone = { viewport: { width: 390, height: 844 } };
  const driver = await it.person('viewer@northwind.example', phone);
  const { page, faults } = await it.person('admin@northwind.example', phone);
  const fits = async () => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${page.url()} is ${wide} px too wide`);
  };
  await page.getByRole('link', { name: 'Sessions' }).click();
  await page.getByRole('heading', { name: 'Your sessions' }).waitFor();
  await page.getByText('This session').waitFor();
  await fits();
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('heading', { name: 'People' }).waitFor();
  await fits();
  const row = page.getByRole('row').filter({ hasText: 'Viewer' });
  await row.getByRole('rowheader').getByRole('link').click();
  await page.locator('#reason').fill('telephone stolen in Rotterdam');
  await page.getByRole('button', { name: 'Lock account' }).click();
  await page.getByText('The account is locked').waitFor();
  await fits();
  assert.equal((await driver.page.request.get('/account/sessions')).status(), 401);
  // Whoever locked does not unlock.
  await page.getByText('another administrator unlocks it').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Unlock account' }).count(), 0);
  assert.deepEqual(faults, []);
});

test('no password and no phone number is in the log', () => {
  assert.ok(!it.log().includes(it.password));
  assert.ok(!it.log().includes('555 0100'));
  assert.ok(!it.log().includes('duty@northwind.example'));
});
