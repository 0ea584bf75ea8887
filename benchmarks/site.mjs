// Open pages of a site from the disk in Chromium, on a phone and on a desk, light and dark: axe-core finds nothing,
// nothing is refused or fails, no page is wider than the screen. Of each a picture is taken.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";

const [executablePath, pictures, ...urls] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox"] });
const faults = [];

for (const [n, url] of urls.entries()) {
  for (const width of [390, 1280]) {
    for (const scheme of ["light", "dark"]) {
      const page = await browser.newPage();
      const where = `${url} (${width} px, ${scheme})`;
      page.on("console", (message) => faults.push(`${where}: ${message.text()}`));
      page.on("pageerror", (error) => faults.push(`${where}: ${error.message}`));
      page.on("dialog", (dialog) => (faults.push(`${where}: a dialog`), dialog.dismiss()));
      page.on("request", (request) => {
        if (!request.url().startsWith("file:")) faults.push(`${where}: asks for ${request.url()}`);
      });
      await page.setViewport({ width, height: 844 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.goto(url, { waitUntil: "networkidle0" });
      await page.screenshot({ path: `${pictures}/${n}-${width}-${scheme}.png` });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) faults.push(`${where}: ${wide} px too wide`);
      await page.evaluate(axe); // by the protocol, which the page's own policy does not forbid
      const { violations } = await page.evaluate(() => axe.run({ preload: false }));
      for (const { id, help, nodes } of violations) {
        faults.push(`${where}: ${id}: ${help}: ${nodes[0].html.slice(0, 200)} (${nodes.length})`);
      }
      await page.close();
    }
  }
}
await browser.close();
for (const fault of new Set(faults)) console.log(fault);
console.log(`${urls.length} pages, ${new Set(faults).size} faults`);
process.exit(faults.length ? 1 : 0);
