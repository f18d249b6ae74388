// Drives a language server with the protocol's own client library.
//   node lsp-client.mjs MODULES-FOLDER PROGRAM... < steps.json
// A step is {request, params}, {notify, params} or {await: method}: the next notification of that method, also one that has
// come already. Prints a JSON array of what each step gave, and the exit status of the server as the last element.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const [modules, ...command] = process.argv.slice(2);
const require = createRequire(modules + '/');
const { createProtocolConnection, StreamMessageReader, StreamMessageWriter } = require('vscode-languageserver-protocol/node');

const server = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
const ended = new Promise((resolve) => server.on('exit', (code, signal) => resolve(signal ?? code)));
const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
connection.onError((error) => {
  console.error('protocol error', error);
  process.exit(1);
});

const received = {};
const waiting = {};
connection.onNotification((method, params) => {
  const next = waiting[method]?.shift();
  if (next) next(params);
  else (received[method] ??= []).push(params);
});
const notification = (method) => {
  const there = received[method]?.shift();
  return there ?? new Promise((resolve) => (waiting[method] ??= []).push(resolve));
};
setTimeout(() => {
  console.error('the server did not answer within 30 seconds');
  server.kill();
  process.exit(1);
}, 30000).unref();

connection.listen();
const results = [];
for (const step of JSON.parse(readFileSync(0, 'utf8'))) {
  if (step.await) results.push(await notification(step.await));
  else if (step.notify) {
    await connection.sendNotification(step.notify, step.params);
    results.push(null);
  } else {
    results.push(
      await connection.sendRequest(step.request, step.params).catch((error) => ({ error: { code: error.code, message: error.message } })));
  }
}
server.stdin.end();
results.push(await ended);
console.log(JSON.stringify(results));
process.exit(0);
