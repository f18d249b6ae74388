// Validates a SARIF log against the schema of SARIF 2.1.0.
//   node validate-sarif.mjs MODULES-FOLDER LOG
// Prints "valid", or what is wrong, and fails.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [modules, log] = process.argv.slice(2);
// Its own validator: a newer one does not know draft 04.
const require = createRequire(join(modules, 'node_modules/@microsoft/jest-sarif/package.json'));
const Ajv = require('ajv');
const schema = JSON.parse(
  readFileSync(join(modules, 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'));

// The schema is written in draft 04, which has `id` for `$id`.
const ajv = new Ajv({ schemaId: 'auto', allErrors: true });
ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json'));
const validate = ajv.compile(schema);
if (validate(JSON.parse(readFileSync(log, 'utf8')))) {
  console.log('valid');
} else {
  console.log(ajv.errorsText(validate.errors, { separator: '\n' }));
  process.exitCode = 1;
}
