// Makes documents of others by one change each: another kind of value, a key or an item less, a key or an item more.
//   node mutate-documents.mjs MODULES-FOLDER TARGET-FOLDER DOCUMENT...
// Writes them as JSON; places that mean the same are changed once.
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [modules, target, ...documents] = process.argv.slice(2);
const { parse } = createRequire(modules + '/')('yaml');

// Numbers and words that names may be too.
const values = [null, '', 'text', '{{ Text }}', 'TRUE', 777, 0, -777, 1.5, true, [], ['text'], [null], [[]], [{}], {}, { unknown: 'text' }];
const seen = new Set();
let count = 0;

function write(document) {
  writeFileSync(join(target, `${count++}.json`), JSON.stringify(document));
}

// `place` is what the path means: the action of a step stands for the step, and all items of a list are the same.
function mutate(document, parent, key, place) {
  const value = parent[key];
  if (!seen.has(place)) {
    seen.add(place);
    for (const other of values) {
      // How many digits a number was written with, which counts in names, is lost in YAML.
      if (key === 'name' && other === 0) continue;
      parent[key] = other;
      write(document);
    }
    if (Array.isArray(parent)) {
      parent.splice(key, 1);
      write(document);
      parent.splice(key, 0, value, null);
      write(document);
      parent.splice(key + 1, 1);
    } else {
      delete parent[key];
      write(document);
    }
    parent[key] = value;
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      parent[key] = { ...value, unknown: 'text' };
      write(document);
      parent[key] = value;
    }
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; ++index) {
      const action = value[index]?.action;
      mutate(document, value, index, `${place}/${action ?? '*'}`);
    }
  } else if (value !== null && typeof value === 'object') {
    for (const name of Object.keys(value)) mutate(document, value, name, `${place}/${name}`);
  }
}

for (const path of documents) {
  const root = { document: parse(readFileSync(path, 'utf8'), { merge: true, logLevel: 'error' }) };
  for (const key of Object.keys(root.document)) mutate(root.document, root.document, key, `/${key}`);
}
