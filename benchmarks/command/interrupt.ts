import { writeSync } from 'node:fs';

/** On Ctrl-C: stops what runs, says what is kept, and ends with the exit code of an interruption. */
export function onInterrupt(stop: () => void, kept: string): void {
  process.on('SIGINT', () => {
    stop();
    // Past the progress display, which holds back what others print and has hidden the cursor.
    const showCursor = process.stderr.isTTY ? '\u001B[?25h' : '';
    writeSync(2, `${showCursor}\nInterrupted. ${kept}; the same command goes on from there.\n`);
    process.exit(130);
  });
}
