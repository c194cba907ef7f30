import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import type { SignedRunRecord } from '../../src/core/run/record.ts';
import { test } from '../support/electron/app.ts';
import { exampleBanks, exampleRecord, signRecord } from '../support/signed-record.ts';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

let signed: SignedRunRecord;
test.beforeAll(async () => {
  const banks = await exampleBanks();
  signed = await signRecord(exampleRecord(banks), banks);
});

const jsonFile = (value: unknown) => ({
  name: 'run.json',
  mimeType: 'application/json',
  buffer: Buffer.from(JSON.stringify(value)),
});

async function choose(page: Page, value: unknown): Promise<void> {
  await page.getByLabel('Choose a file').setInputFiles(jsonFile(value));
}

function tampered(): SignedRunRecord {
  return { ...signed, record: { ...signed.record, key: { ...signed.record.key, bits: 3072 } } };
}

test('a genuine record is called genuine, with its banks, settings and durations', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await choose(page, signed);
  const result = page.getByRole('status');
  await expect(result).toContainText('All 3 banks have signed this record, and it is unchanged');
  for (const { name } of signed.record.parties) {
    await expect(page.getByRole('row', { name: new RegExp(`${name}.*matches`) })).toBeVisible();
  }
  await expect(page.getByText('4 periods, 3 iterations in each')).toBeVisible();
  await expect(page.getByRole('row', { name: /Together/ })).toContainText('1 min 13 s');
  await page.getByText('Technical details').click();
  await expect(page.getByText(signed.record.run)).toBeVisible();
  expect(complaints, 'nothing violates the policy').toEqual([]);
});

test('a record that was changed after signing is not to be relied on', async ({ page }) => {
  await choose(page, tampered());
  await expect(page.getByRole('status')).toContainText('Do not rely on this record');
  await expect(page.getByRole('status')).toContainText('the contents were changed after the banks had signed');
  await expect(page.getByRole('cell', { name: 'does not match' })).toHaveCount(3);
});

test('the verdict on an earlier file does not stay when another is chosen', async ({ page }) => {
  await choose(page, signed);
  await expect(page.getByRole('heading', { name: 'Banks', exact: true })).toBeVisible();
  await choose(page, { hello: 'world' });
  await expect(page.getByRole('status')).toContainText('This is not a run record');
  await expect(page.getByRole('heading', { name: 'Banks', exact: true })).toBeHidden();
});

test('a file can be dropped anywhere on the window', async ({ page }) => {
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'dropped.json', { type: 'application/json' }));
    return data;
  }, JSON.stringify(signed));
  await page.dispatchEvent('footer', 'drop', { dataTransfer: transfer });
  await expect(page.getByRole('status')).toContainText('dropped.json');
  await expect(page.getByRole('status')).toContainText('it is unchanged');
});

test('a file far too large is refused unread', async ({ page }) => {
  const buffer = Buffer.alloc(5 * 1024 * 1024, ' ');
  await page.getByLabel('Choose a file').setInputFiles({ ...jsonFile({}), buffer });
  await expect(page.getByRole('status')).toContainText('far larger than any run record');
});

test('everything can be reached and opened with the keyboard', async ({ page }) => {
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Choose a file')).toBeFocused();
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(jsonFile(signed));
  await expect(page.getByRole('status')).toContainText('it is unchanged');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText(signed.record.run)).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [1024, 640],
    [1440, 900],
  ] as const) {
    test(`no accessibility faults and no sideways scrolling, ${colorScheme}, ${String(width)} × ${String(height)}`, async ({
      page,
    }, testInfo) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      const look = async (state: string): Promise<void> => {
        const { violations, passes } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
        expect(violations, state).toEqual([]);
        expect(passes.length).toBeGreaterThan(10);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, state).toBeLessThanOrEqual(0);
        await page.screenshot({ path: testInfo.outputPath(`${state}.png`), fullPage: true });
      };
      await look('empty');
      await choose(page, signed);
      await page.getByText('Technical details').click();
      await look('genuine');
      await choose(page, tampered());
      await expect(page.getByRole('status')).toContainText('Do not rely');
      await look('changed');
      await choose(page, { hello: 'world' });
      await expect(page.getByRole('status')).toContainText('not a run record');
      await look('other');
    });
  }
}

test('the look for accessibility faults does see one', async ({ page }) => {
  await page.evaluate(() => {
    const image = document.createElement('img');
    image.setAttribute('src', 'data:,');
    document.querySelector('main')?.append(image);
  });
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  expect(violations.map(({ id }) => id)).toContain('image-alt');
});
