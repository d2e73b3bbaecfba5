// What every page has to satisfy on the screen it is read on.
import assert from 'node:assert/strict';

let taken = 0;

/** Nothing is wider than the screen, everything is legible (WCAG 2.2, 1.4.3), and what is pressed is large enough (2.5.8). */
export async function looksRight(page, name) {
  const at = `${name} at ${page.url()}`;
  // What is found on a page may be there before its stylesheet is.
  await page.waitForLoadState('load');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (process.env.SCREENSHOTS) {
    taken += 1;
    await page.screenshot({ path: `${process.env.SCREENSHOTS}/${String(taken).padStart(2, '0')}-${name}.png`, fullPage: true });
  }
  assert.ok(wide <= 0, `${at}: ${wide} px too wide`);
  assert.deepEqual(await page.evaluate(faint), [], `${at}: too faint`);
  assert.deepEqual(await page.evaluate(tiny), [], `${at}: too small to press`);
}

/** Texts whose contrast with what lies behind them is under 4.5 to 1, or 3 to 1 where they are large. */
function faint() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = ([r, g, b, a], [x, y, z]) => [r, g, b].map((part, i) => (part * a + [x, y, z][i] * (255 - a)) / 255);
  const light = parts => {
    const [r, g, b] = parts.map(part => part / 255).map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(rgba(getComputedStyle(at).backgroundColor));
    return layers.reduce((ground, layer) => over(layer, ground), [255, 255, 255]);
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    const style = getComputedStyle(element);
    if (!text || !element.checkVisibility({ visibilityProperty: true }) || style.clipPath !== 'none') continue;
    const ground = behind(element);
    const [a, b] = [light(over(rgba(style.color), ground)), light(ground)].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) found.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return found;
}

/** Buttons and fields of less than 24 by 24 pixels; links within a sentence may be smaller, and boxes with a label are pressed by it. */
function tiny() {
  return [...document.querySelectorAll('button, .button, select, input:not([type=hidden], [type=checkbox], [type=radio]), textarea, summary')]
    .filter(element => element.checkVisibility() && element.getBoundingClientRect().width > 1)
    .map(element => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24)
    .map(([element, box]) => `${element.tagName} ${element.textContent.trim().slice(0, 30)}: ${box.width} by ${box.height}`);
}
