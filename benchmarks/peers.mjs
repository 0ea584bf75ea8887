// Open a page in Chromium, wait until words stand on it, in whatever frame or shadow root, and take a picture.
import puppeteer from "puppeteer-core";

const [executablePath, url, words, path] = process.argv.slice(2);
const defaultViewport = { width: 1200, height: 900 };
const browser = await puppeteer.launch({ executablePath, defaultViewport, args: ["--no-sandbox"] });
const page = await browser.newPage();
await page.goto(url);

function shows(words) {
  const text = (node) =>
    node.nodeType === Node.TEXT_NODE
      ? node.data
      : [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes].map(text).join(" ");
  return text(document.body).replace(/\s+/g, " ").includes(words);
}

async function isShown() {
  const found = page.frames().map((frame) => frame.evaluate(shows, words).catch(() => false));
  return (await Promise.all(found)).includes(true);
}

let shown = false;
for (let turn = 0; turn < 120 && !shown; turn++) {
  await new Promise((done) => setTimeout(done, 500));
  shown = await isShown();
}
await page.screenshot({ path });
await browser.close();
if (!shown) throw new Error(`"${words}" is not shown; look at ${path}`);
