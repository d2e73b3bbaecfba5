// The list of passwords that a company refuses: an administrator on a phone adds it, and a colleague's choice is refused
// (AUTH-1).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { looksRight } from './looks.mjs';
import { enrol } from './phone.mjs';
import { product } from './product.mjs';

const LISTED = 'tide-lantern-orchid-58-quarry';
const file = text => ({ name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });

let it;
before(async () => { it = await product(); });
after(async () => { await it?.close(); });

test('an administrator on a phone adds a list after a second factor, and a password on it is refused', async () => {
  const { page, faults } = await it.person('admin@northwind.example', { viewport: { width: 390, height: 844 } });
  await page.goto('/security');
  await enrol(page);
  await page.goto('/security');
  await page.getByRole('link', { name: 'Passwords your company refuses' }).click();
  await page.getByText('There is no list').waitFor();
  await looksRight(page, 'refused-passwords-none');

  const send = async text => {
    await page.getByLabel('List', { exact: true }).setInputFiles(file(text));
    await page.getByRole('button', { name: 'Refuse these' }).click();
  };
  await send('correct horse\n');
  await page.getByText('Line 1 is not a SHA-1').waitFor();
  await looksRight(page, 'refused-passwords-faults');
  await send(`${createHash('sha1').update(LISTED).digest('hex')}:7\r\n`);
  await page.getByText('1 password refused').waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 1280, height: 800 });
  await looksRight(page, 'refused-passwords-dark');

  const colleague = await it.person('operator@northwind.example');
  await colleague.page.goto('/account/password');
  await colleague.page.getByLabel('Current password').fill(it.password);
  await colleague.page.getByLabel('New password', { exact: true }).fill(LISTED);
  await colleague.page.getByLabel('New password again').fill(LISTED);
  await colleague.page.getByRole('button', { name: 'Change password' }).click();
  await colleague.page.getByText('known from a breach').waitFor();

  await page.getByRole('button', { name: 'Remove the list' }).click();
  await page.getByText('The list is removed.').waitFor();
  assert.deepEqual(faults, []);
});
