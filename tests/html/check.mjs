// node check.mjs FOLDER: opens each page of the folder in Chromium. One line for each check that
// does not hold, and a closing line with the counts.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";
import { badDrawing, inaccessible, lowContrast, shownFindings } from "./in_page.mjs";

const folder = path.resolve(process.argv[2]);
const names = fs.readdirSync(folder).filter((file) => file.endsWith(".html")).map((file) => file.slice(0, -5)).sort();
let passed = 0;
let failed = 0;

function check(ok, name, detail = "") {
    if (ok) passed++;
    else {
        failed++;
        console.log(`FAILED ${name} ${typeof detail === "string" ? detail : JSON.stringify(detail)}`);
    }
}

const none = (list) => list.length === 0;

const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM,
    pipe: true, // no socket: it works without a network
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"],
});

// A page on which everything that should not happen is written down.
async function open(name, { width = 1400, scheme = "light", script = true, hash = "" } = {}) {
    const page = await browser.newPage();
    const url = pathToFileURL(path.join(folder, `${name}.html`)).href;
    page.trouble = [];
    page.on("console", (message) => page.trouble.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => page.trouble.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => { page.trouble.push("dialog"); dialog.dismiss(); });
    await page.setRequestInterception(true);
    page.on("request", (request) => {
        if (request.url().split("#")[0] === url) return request.continue();
        page.trouble.push(`request: ${request.url()}`);
        return request.abort();
    });
    await page.setJavaScriptEnabled(script);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" }]);
    await page.setViewport({ width, height: 900 });
    await page.goto(url + hash);
    return page;
}

// The mean brightness of what is on the screen, 0 to 255, and how many colours there are.
async function look(page, file) {
    const shot = await page.screenshot({ path: file, encoding: "binary" });
    const eye = await browser.newPage();
    const seen = await eye.evaluate(async (data) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = image.width;
        canvas.height = image.height;
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        const bytes = context.getImageData(0, 0, image.width, image.height).data;
        const colors = new Set();
        let sum = 0;
        for (let i = 0; i < bytes.length; i += 4) {
            sum += bytes[i] + bytes[i + 1] + bytes[i + 2];
            colors.add((bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2]);
        }
        return { mean: sum / (bytes.length / 4) / 3, colors: colors.size };
    }, Buffer.from(shot).toString("base64"));
    await eye.close();
    return seen;
}

const expandAll = () => document.querySelectorAll("details").forEach((details) => { details.open = true; });

async function checkScheme(name, scheme) {
    const page = await open(name, { scheme });
    const seen = await look(page, path.join(folder, `${name}-${scheme}.png`));
    check(scheme === "dark" ? seen.mean < 90 : seen.mean > 190, `${name}: ${scheme} is ${scheme}`, seen);
    check(seen.colors > 20, `${name}: ${scheme} is not blank`, seen);
    await page.evaluate(expandAll);
    const contrast = await page.evaluate(lowContrast);
    check(contrast.seen > 5 && none(contrast.found), `${name}: ${scheme}: contrast`, contrast);
    check(none(page.trouble), `${name}: ${scheme}: quiet`, page.trouble);
    await page.close();
}

async function checkShape(name) {
    const page = await open(name);
    const drawing = await page.evaluate(badDrawing);
    check(none(drawing.found), `${name}: drawing`, drawing);
    await page.evaluate(expandAll);
    const missed = await page.evaluate(inaccessible);
    check(none(missed), `${name}: accessible`, missed);
    check(await page.evaluate(() => window.__pwned === undefined), `${name}: nothing of a name has run`);
    await page.close();
    return drawing;
}

async function checkNarrow(name) {
    const page = await open(name, { width: 400 });
    await page.evaluate(expandAll);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(over <= 0, `${name}: nothing is wider than 400 pixels`, String(over));
    await look(page, path.join(folder, `${name}-narrow.png`));
    await page.close();
}

// Everything is there for whoever runs no script, or whose browser refuses ours.
async function checkWithoutScript(name, count) {
    const page = await open(name, { script: false });
    check(await page.evaluate(shownFindings) === count, `${name}: without script all is shown`);
    check(await page.evaluate(() => document.querySelector("#filters")?.hidden ?? true), `${name}: without script no dead control`);
    check(none(page.trouble), `${name}: without script: quiet`, page.trouble);
    await page.close();
}

async function checkFilters(name) {
    const page = await open(name);
    const levels = await page.$$eval("#list .finding", (items) => items.map((item) => item.dataset.level));
    const all = levels.length;
    const told = () => page.$eval("#told", (element) => element.textContent);
    const shown = () => page.evaluate(shownFindings);
    check(await shown() === all && (await told()).startsWith(`${all} finding`), `${name}: all at first`);
    const errors = levels.filter((level) => level === "error").length;
    await page.click('button[data-level="error"]');
    check(await shown() === errors, `${name}: errors only`, String(await shown()));
    check((await told()).includes(`${errors} of ${all}`), `${name}: the count is told`, await told());
    check(await page.$eval('button[data-level="error"]', (b) => b.getAttribute("aria-pressed")) === "true", `${name}: pressed`);
    check(page.url().endsWith("#level=error"), `${name}: the address has it`, page.url());
    const deep = await open(name, { hash: new URL(page.url()).hash });
    check(await deep.evaluate(shownFindings) === errors, `${name}: the address gives the same view`);
    await deep.close();
    await page.click('button[data-level="error"]');
    check(await shown() === all, `${name}: all again`);
    check(await page.$$eval("select", (all) => all.every((select) => [...select.options].filter((o) => o.value === "").length === 1)), `${name}: one choice is all`);
    const rule = await page.$eval("#list .finding", (item) => item.dataset.rule);
    if (await page.$eval('select[name="rule"]', (select) => !select.hidden)) {
        await page.select('select[name="rule"]', rule);
        const own = await page.$$eval("#list .finding", (items, r) => items.filter((i) => i.dataset.rule === r).length, rule);
        check(await shown() === own, `${name}: one rule`);
    }
    await page.focus('input[name="text"]');
    await page.keyboard.type("no such words anywhere");
    check(await shown() === 0 && await page.$eval("#none-left", (e) => !e.hidden), `${name}: nothing matches is said`);
    await page.keyboard.press("Escape");
    check(await shown() === all, `${name}: Escape shows all`);
    check(none(page.trouble), `${name}: filters: quiet`, page.trouble);
    await page.close();
}

async function checkLinks(name) {
    const id = await (async () => {
        const page = await open(name);
        const last = await page.$$eval("#list .finding", (items) => items[items.length - 1].id);
        await page.close();
        return last;
    })();
    const deep = await open(name, { hash: `#${id}` });
    check(await deep.$eval(`#${id}`, (item) => {
        const box = item.getBoundingClientRect();
        return box.bottom > 0 && box.top < innerHeight && item.classList.contains("at");
    }), `${name}: a link to a finding leads there`);
    await deep.close();
    const page = await open(name);
    const link = await page.$("svg.lineage a[href^='#res-']");
    if (link) {
        const target = await link.evaluate((a) => a.getAttribute("href").slice(1));
        const resource = await link.evaluate((a) => a.dataset.show);
        await link.evaluate((a) => a.focus());
        await page.keyboard.press("Enter");
        check(await page.$eval(`#${CSS_escape(target)}`, (row) => row.classList.contains("at")), `${name}: a box leads to its row`);
        const others = await page.$$eval("#list .finding", (items, r) => items.filter((i) => !i.hidden && i.dataset.resource !== r).length, resource);
        const own = await page.$$eval("#list .finding", (items, r) => items.filter((i) => i.dataset.resource === r).length, resource);
        check(own === 0 || others === 0, `${name}: a box filters the findings`);
        await page.goBack();
        const all = await page.$$eval("#list .finding", (items) => items.every((i) => !i.hidden));
        check(all, `${name}: and back`);
    }
    check(none(page.trouble), `${name}: links: quiet`, page.trouble);
    await page.close();
}

function CSS_escape(id) {
    return id.replace(/[^A-Za-z0-9_-]/g, "\\$&");
}

async function checkButtons(name) {
    const page = await open(name);
    const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await back();
    await page.click("#scheme");
    check(before !== await back(), `${name}: the scheme changes by hand`);
    await page.evaluate(() => { navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }; });
    if (await page.$("pre[data-copy]")) {
        await page.click(".fix button");
        const [copied, lines] = await page.evaluate(() => [window.copied, document.querySelector("pre[data-copy]").textContent]);
        check(copied === lines && copied.trim() !== "" && !copied.includes("+ "), `${name}: the fix is copied`, copied);
    }
    await page.close();
}

const started = Date.now();
let boxes = 0;
let edges = 0;
for (const name of names) {
    await checkScheme(name, "light");
    await checkScheme(name, "dark");
    const drawing = await checkShape(name);
    boxes += drawing.boxes;
    edges += drawing.edges;
    await checkNarrow(name);
    const page = await open(name);
    const count = await page.$$eval("#list .finding", (items) => items.length);
    await page.close();
    await checkWithoutScript(name, count);
    if (count > 0) {
        await checkFilters(name);
        await checkLinks(name);
        await checkButtons(name);
    }
}
await browser.close();
check(boxes > 100 && edges > 80, "there was something to draw", { boxes, edges });
console.log(`${names.length} pages, ${boxes} boxes, ${edges} edges, ${((Date.now() - started) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
