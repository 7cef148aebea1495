// What is asked inside a page. Each function is sent to the browser as text, so none uses another.

// Texts that cannot be read on what is behind them: WCAG's contrast below 4.5.
export function lowContrast() {
    const channel = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const parse = (text) => {
        const numbers = (text.match(/[\d.]+/g) || []).map(Number);
        return { rgb: numbers.slice(0, 3), alpha: numbers.length > 3 ? numbers[3] : 1 };
    };
    const luminance = (rgb) => {
        const [r, g, b] = rgb.map((v) => channel(v / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
        const node = element.closest && element.closest(".node");
        if (node) return parse(getComputedStyle(node.querySelector(".box")).fill).rgb;
        for (let at = element; at; at = at.parentElement) {
            const color = parse(getComputedStyle(at).backgroundColor);
            if (color.alpha === 1) return color.rgb;
        }
        return [255, 255, 255];
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let seen = 0;
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || ["SCRIPT", "STYLE", "title"].includes(element.tagName)) continue;
        const style = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        if (style.visibility !== "visible" || box.width === 0 || element.closest("[hidden]")) continue;
        const color = parse(element.closest("svg") ? style.fill : style.color).rgb;
        const [a, b] = [luminance(color), luminance(behind(element))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        seen++;
        if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${element.tagName}.${element.className.baseVal ?? element.className} ${walker.currentNode.data.trim().slice(0, 30)}`);
    }
    return { seen, found: found.slice(0, 5) };
}

// What is wrong with the pictures: boxes on boxes, edges that end elsewhere or go through boxes,
// texts that do not fit.
export function badDrawing() {
    const found = [];
    let boxes = 0;
    let edges = 0;
    for (const svg of document.querySelectorAll("svg.lineage")) {
        const nodes = new Map();
        for (const node of svg.querySelectorAll(".node")) {
            const move = node.transform.baseVal.consolidate().matrix;
            const box = node.querySelector(".box").getBBox();
            const at = { left: box.x + move.e, top: box.y + move.f, right: box.x + move.e + box.width, bottom: box.y + move.f + box.height };
            nodes.set(node.dataset.node, at);
            boxes++;
            const what = [];
            for (const text of node.querySelectorAll("text")) {
                const t = text.getBBox();
                if (t.x < box.x || t.x + t.width > box.x + box.width - 2 || t.y < box.y || t.y + t.height > box.y + box.height)
                    found.push(`text '${text.textContent}' does not fit`);
                for (const other of what) {
                    if (t.x < other.x + other.width && other.x < t.x + t.width && t.y + 3 < other.y + other.height && other.y + 3 < t.y + t.height)
                        found.push(`text '${text.textContent}' lies on another`);
                }
                what.push(t);
            }
            if (!node.querySelector("title").textContent) found.push("a box without a title");
        }
        const all = [...nodes.values()];
        all.forEach((a, i) => all.slice(0, i).forEach((b) => {
            if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) found.push("two boxes overlap");
        }));
        for (const path of svg.querySelectorAll("path.edge[data-from]")) {
            edges++;
            const from = nodes.get(path.dataset.from);
            const to = nodes.get(path.dataset.to);
            const length = path.getTotalLength();
            const touches = (point, box) => (Math.abs(point.x - box.left) <= 2 || Math.abs(point.x - box.right) <= 2) && point.y > box.top && point.y < box.bottom;
            if (!touches(path.getPointAtLength(0), from)) found.push("an edge begins beside its box");
            if (!touches(path.getPointAtLength(length), to)) found.push("an edge ends beside its box");
            for (let k = 1; k < 40; k++) {
                const p = path.getPointAtLength(length * k / 40);
                if (all.some((box) => p.x > box.left + 2 && p.x < box.right - 2 && p.y > box.top + 2 && p.y < box.bottom - 2))
                    found.push("an edge goes through a box");
            }
        }
        const view = svg.viewBox.baseVal;
        for (const box of all) {
            if (box.left < view.x || box.top < view.y || box.right > view.x + view.width || box.bottom > view.y + view.height)
                found.push("a box lies outside the picture");
        }
    }
    return { boxes, edges, found: [...new Set(found)].slice(0, 5) };
}

// What a reader who does not see, or who uses no mouse, would miss.
export function inaccessible() {
    const found = [];
    let level = 0;
    const ids = new Set();
    for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
        const own = Number(heading.tagName[1]);
        if (own > level + 1) found.push(`heading '${heading.textContent}' skips a level`);
        level = own;
    }
    for (const element of document.querySelectorAll("[id]")) {
        if (ids.has(element.id)) found.push(`id ${element.id} twice`);
        ids.add(element.id);
    }
    for (const link of document.querySelectorAll("a[href]")) {
        if (!ids.has(link.getAttribute("href").slice(1))) found.push(`link to ${link.getAttribute("href")}`);
    }
    for (const control of document.querySelectorAll("button, select, input")) {
        if (!(control.getAttribute("aria-label") || control.textContent.trim())) found.push("a control without a name");
    }
    for (const cell of document.querySelectorAll("th")) {
        if (!cell.scope) found.push("a th without scope");
    }
    if (!document.documentElement.lang || !document.querySelector("main")) found.push("no lang or no main");
    return found.slice(0, 5);
}

export function shownFindings() {
    return [...document.querySelectorAll("#list .finding")].filter((item) => item.getBoundingClientRect().height > 0).length;
}
