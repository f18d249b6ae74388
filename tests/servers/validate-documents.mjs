// Validates all files of folders that may be component documents against a JSON Schema, with the YAML parser of
// yaml-language-server and a strict validator.
//   node validate-documents.mjs MODULES-FOLDER SCHEMA FOLDER...
// Prints a JSON object: for each path "valid", "no YAML: ..." or what is wrong.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [modules, schema, ...folders] = process.argv.slice(2);
const require = createRequire(modules + '/');
const Ajv = require('ajv');
const { parse } = require('yaml');

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
// What editors show in the place of `description`; it says nothing about documents.
ajv.addVocabulary(['markdownDescription']);
const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));

function verdict(path) {
  let document;
  try {
    document = parse(readFileSync(path, 'utf8'), { merge: true, logLevel: 'error' });
  } catch (error) {
    return `no YAML: ${error.message.split('\n')[0]}`;
  }
  return validate(document) ? 'valid' : ajv.errorsText(validate.errors);
}

const verdicts = {};
for (const folder of folders) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (/\.(ya?ml|json)$/.test(name)) verdicts[join(folder, name)] = verdict(join(folder, name));
  }
}
console.log(JSON.stringify(verdicts));
