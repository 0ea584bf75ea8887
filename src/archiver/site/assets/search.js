// Find posts by their words. The files of words are scripts that call the functions below, since a page that is
// opened from a disk may not fetch a file. What is found is shown as text: no markup is made of it.
"use strict";

const folder = new URL("search/", document.currentScript.src);
const shownAtOnce = 50;
const loading = new Map();
const words = new Map();
const posts = new Map();
let firsts = [];
let postsPerFile = 1;

function archiverDirectory(words, size) {
  firsts = words;
  postsPerFile = size;
}

function archiverWords(number, entries) {
  words.set(number, entries);
}

function archiverPosts(number, entries) {
  posts.set(number, entries);
}

function load(name) {
  if (!loading.has(name)) {
    loading.set(
      name,
      new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = new URL(name, folder);
        script.onload = done;
        script.onerror = () => failed(new Error(name));
        document.head.append(script);
      }),
    );
  }
  return loading.get(name);
}

// The same runs of characters as in the full-text index of the archive.
const dense = /[\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]+/gu;

// Divide what was typed as the words of the posts were: each is looked up as the beginning of a word, but for a
// letter by itself. The last of several characters without spaces is in the pair before it.
function terms(typed) {
  const found = [];
  const folded = typed.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").toLowerCase();
  const rest = folded.replace(dense, (run) => {
    const signs = [...run];
    if (signs.length === 1) found.push({ word: run, begins: true });
    for (let n = 1; n < signs.length; n++) found.push({ word: signs[n - 1] + signs[n], begins: false });
    return " ";
  });
  for (const word of rest.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []) found.push({ word, begins: word.length > 1 });
  return found;
}

async function postsWith({ word, begins }) {
  const end = begins ? word + "\uffff" : word;
  let number = firsts.findIndex((first) => first > word);
  number = Math.max(0, (number < 0 ? firsts.length : number) - 1);
  const found = new Set();
  for (; number < firsts.length && firsts[number] <= end; number++) {
    await load(`words-${number}.js`);
    for (const [one, distances] of words.get(number)) {
      if (one !== word && !(begins && one.startsWith(word))) continue;
      let post = 0;
      for (const distance of distances.split(" ")) found.add((post += parseInt(distance, 36)));
    }
  }
  return found;
}

async function find(typed) {
  const wanted = terms(typed);
  if (!wanted.length) return null;
  await load("directory.js");
  let found = null;
  for (const term of wanted) {
    const those = await postsWith(term);
    found = found ? found.filter((post) => those.has(post)) : [...those];
  }
  return found.sort((a, b) => a - b);
}

function made(name, text, properties) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...[text].flat());
  return element;
}

async function show(found) {
  const list = document.getElementById("results");
  const more = document.getElementById("more");
  const part = found.slice(list.children.length, list.children.length + shownAtOnce);
  for (const number of part) {
    const file = Math.floor(number / postsPerFile);
    await load(`posts-${file}.js`);
    const [id, name, date, site, text] = posts.get(file)[number % postsPerFile];
    const link = made("a", made("bdi", name), { href: `../posts/${id.slice(0, 2)}/${id}.html` });
    list.append(
      made("li", [
        made("h2", link),
        made("p", [`${date} · `, made("bdi", site)], { className: "facts" }),
        ...(text ? [made("p", text, { dir: "auto" })] : []),
      ]),
    );
  }
  more.hidden = list.children.length >= found.length;
}

async function start() {
  const typed = new URLSearchParams(location.search).get("q") ?? "";
  const said = document.getElementById("found");
  document.getElementById("q").value = typed;
  document.getElementById("more").addEventListener("click", () => show(found));
  if (!typed.trim()) return document.getElementById("q").focus();
  const found = await find(typed);
  if (!found) {
    said.textContent = "No word to search for.";
    return;
  }
  const count = found.length.toLocaleString("en");
  said.textContent = found.length === 1 ? "1 post with all words" : `${count} posts with all words, the latest first`;
  await show(found);
}

start().catch((error) => {
  document.getElementById("found").textContent = `A file of the index cannot be read: ${error.message}`;
});
