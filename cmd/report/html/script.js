/* Filters, copying and the scheme. The page says everything without this. */
(function () {
    "use strict";
    var root = document.documentElement;
    var list = document.getElementById("list");
    var form = document.getElementById("filters");
    var told = document.getElementById("told");
    var noneLeft = document.getElementById("none-left");
    var items = Array.prototype.slice.call(list ? list.querySelectorAll(".finding") : []);
    var buttons = Array.prototype.slice.call(document.querySelectorAll("button[data-level]"));
    var names = ["rule", "project", "resource"];
    var state = { level: [], rule: "", project: "", resource: "", text: "" };

    /* ---- which findings are shown ---- */

    function textOf(item) {
        if (item.searched === undefined)
            item.searched = item.textContent.toLowerCase();
        return item.searched;
    }

    function wanted(item, levels) {
        if (levels.length > 0 && levels.indexOf(item.dataset.level) < 0)
            return false;
        for (var i = 0; i < names.length; i++) {
            if (state[names[i]] !== "" && item.dataset[names[i]] !== state[names[i]])
                return false;
        }
        return state.text === "" || textOf(item).indexOf(state.text.toLowerCase()) >= 0;
    }

    function isFiltered() {
        return state.level.length > 0 || state.rule + state.project + state.resource + state.text !== "";
    }

    function showButtons() {
        var counts = { error: 0, warning: 0, note: 0 };
        items.forEach(function (item) {
            if (wanted(item, []))
                counts[item.dataset.level]++;
        });
        buttons.forEach(function (button) {
            var level = button.dataset.level;
            button.setAttribute("aria-pressed", state.level.indexOf(level) >= 0 ? "true" : "false");
            button.querySelector("b").textContent = String(counts[level]);
        });
    }

    function show() {
        var shown = 0;
        items.forEach(function (item) {
            item.hidden = !wanted(item, state.level);
            shown += item.hidden ? 0 : 1;
        });
        showButtons();
        if (!form)
            return;
        var all = items.length + (items.length === 1 ? " finding." : " findings.");
        told.textContent = (isFiltered() ? "Showing " + shown + " of " : "") + all;
        noneLeft.hidden = shown > 0 || items.length === 0;
        form.elements.text.value = state.text;
        form.elements.all.hidden = !isFiltered();
        names.forEach(function (name) {
            form.elements[name].value = state[name];
        });
    }

    /* ---- the state in the address ---- */

    function hashOf(at) {
        var parts = new URLSearchParams();
        if (state.level.length > 0)
            parts.set("level", state.level.join(","));
        names.concat("text").forEach(function (name) {
            if (state[name] !== "")
                parts.set(name, state[name]);
        });
        if (at)
            parts.set("at", at);
        return parts.toString();
    }

    /* Following a link can be taken back, typing in a field is no step of its own. */
    function changed(at) {
        var hash = hashOf(at);
        var address = hash === "" ? location.pathname + location.search : "#" + hash;
        if (at)
            history.pushState(null, "", address);
        else
            history.replaceState(null, "", address);
        show();
    }

    function clear() {
        state = { level: [], rule: "", project: "", resource: "", text: "" };
    }

    function goTo(id) {
        var target = document.getElementById(id);
        var old = document.querySelector(".at");
        if (old)
            old.classList.remove("at");
        if (!target)
            return;
        if (target.hidden) {
            clear();
            show();
        }
        for (var up = target; up; up = up.parentElement) {
            if (up.tagName === "DETAILS")
                up.open = true;
        }
        target.classList.add("at");
        target.scrollIntoView({ block: target.tagName === "TR" ? "center" : "start" });
    }

    function read() {
        var hash = location.hash.slice(1);
        if (hash.indexOf("=") < 0) {
            clear();
            show();
            if (hash !== "")
                goTo(hash);
            return;
        }
        var parts = new URLSearchParams(hash);
        clear();
        state.level = (parts.get("level") || "").split(",").filter(function (level) {
            return level === "error" || level === "warning" || level === "note";
        });
        names.concat("text").forEach(function (name) {
            state[name] = parts.get(name) || "";
        });
        show();
        if (parts.get("at"))
            goTo(parts.get("at"));
    }

    /* ---- controls ---- */

    function addOptions(name) {
        var select = form.elements[name];
        var seen = {};
        items.forEach(function (item) {
            var value = item.dataset[name];
            if (value === "") // as if nothing were chosen
                return;
            seen["=" + value] = name === "rule" ? value + " " + item.dataset.ruleName : value;
        });
        var keys = Object.keys(seen).sort();
        keys.forEach(function (key) {
            select.add(new Option(seen[key], key.slice(1)));
        });
        select.hidden = keys.length < 2;
    }

    function toggle(level) {
        var at = state.level.indexOf(level);
        if (at >= 0)
            state.level.splice(at, 1);
        else
            state.level.push(level);
        changed();
    }

    function startFilters() {
        names.forEach(addOptions);
        form.hidden = false;
        form.addEventListener("input", function (event) {
            state[event.target.name] = event.target.value;
            changed();
        });
        form.addEventListener("submit", function (event) {
            event.preventDefault();
        });
        form.addEventListener("keydown", function (event) {
            if (event.key === "Escape") {
                clear();
                changed();
            }
        });
        form.elements.all.addEventListener("click", function () {
            clear();
            changed();
            form.elements.text.focus();
        });
    }

    /* A node of the picture, or the count in a row of the plan: its findings alone. */
    function follow(event) {
        var link = event.target.closest("a[data-show]");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey)
            return;
        event.preventDefault();
        clear();
        state.resource = link.dataset.show;
        if (form && form.elements.project.length > 2)
            state.project = link.dataset.showProject;
        var at = link.getAttribute("href").slice(1);
        if (!items.some(function (item) { return wanted(item, []); }))
            clear();
        changed(at);
        goTo(at);
    }

    function addCopy(code) {
        var button = document.createElement("button");
        button.type = "button";
        button.textContent = "Copy";
        button.addEventListener("click", function () {
            copy(code.textContent, button);
        });
        code.parentElement.querySelector("p").appendChild(button);
    }

    function copy(text, button) {
        function done(word) {
            button.textContent = word;
            setTimeout(function () { button.textContent = "Copy"; }, 2000);
        }
        function byHand() {
            var area = document.createElement("textarea");
            area.value = text;
            document.body.appendChild(area);
            area.select();
            done(document.execCommand("copy") ? "Copied" : "Not allowed");
            area.remove();
            button.focus();
        }
        if (navigator.clipboard)
            navigator.clipboard.writeText(text).then(function () { done("Copied"); }, byHand);
        else
            byHand();
    }

    /* A picture with more than there is room for: a part of it, or the whole, made small. */
    function startFit(button) {
        var picture = button.parentElement.querySelector(".picture");
        var svg = picture.querySelector("svg");
        button.hidden = svg.getBoundingClientRect().width <= picture.clientWidth &&
            picture.scrollHeight <= picture.clientHeight;
        button.addEventListener("click", function () {
            var whole = picture.classList.toggle("whole");
            button.textContent = whole ? "Full size" : "Whole picture";
        });
    }

    /* ---- the scheme ---- */

    function isDark() {
        if (root.dataset.theme)
            return root.dataset.theme === "dark";
        return matchMedia("(prefers-color-scheme: dark)").matches;
    }

    function startScheme() {
        var button = document.getElementById("scheme");
        function name() {
            button.textContent = isDark() ? "Light" : "Dark";
            button.setAttribute("aria-label", "Show the page " + (isDark() ? "light" : "dark"));
        }
        button.hidden = false;
        button.addEventListener("click", function () {
            root.dataset.theme = isDark() ? "light" : "dark";
            name();
        });
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
        name();
    }

    /* ---- start ---- */

    startScheme();
    if (form)
        startFilters();
    buttons.forEach(function (button) {
        button.disabled = false;
        button.addEventListener("click", function () {
            toggle(button.dataset.level);
        });
    });
    document.addEventListener("click", follow);
    document.querySelectorAll("pre[data-copy]").forEach(addCopy);
    document.querySelectorAll("button.fit").forEach(startFit);
    addEventListener("hashchange", read);
    addEventListener("popstate", read);
    addEventListener("beforeprint", function () {
        document.querySelectorAll("main details").forEach(function (details) { details.open = true; });
    });
    read();
}());
