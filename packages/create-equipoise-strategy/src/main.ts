#!/usr/bin/env node
import { command } from './command.ts';
import { CreateError } from './create-error.ts';

try {
  console.log(command(process.argv.slice(2), process.cwd()));
} catch (error) {
  if (!(error instanceof CreateError)) throw error;
  console.error(`create-equipoise-strategy: ${error.message}`);
  process.exitCode = 2;
}
