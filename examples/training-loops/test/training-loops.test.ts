import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

/** What an example prints, run as a user runs it. */
function output(name: string): string {
  const file = path.resolve(import.meta.dirname, '../src', `${name}.ts`);
  const program = ['--conditions=@equipoise/source', file];
  return execFileSync(process.execPath, program, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The numbers that a pattern catches, in turn. */
function numbers(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].flatMap((match) => match.slice(1).map(Number));
}

test('model.fit: the loss falls, and objects are told from background', () => {
  const said = output('model-fit');
  const losses = numbers(said, /focal loss (\S+)$/gm);
  expect(losses).toHaveLength(8);
  expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.3);
  const [objects, background] = numbers(said, /objects: (\d+) % of the objects, (\d+) % of the background/g);
  expect(objects).toBeGreaterThan(60);
  expect(background).toBeLessThan(3);
});

test('optimizer.minimize: the loss of the hardest falls, and nothing leaks', () => {
  const said = output('optimizer-minimize');
  const losses = numbers(said, /hardest (\S+)$/gm);
  expect(losses).toHaveLength(7);
  expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.3);
  expect(said).toContain('tensors left behind by 59 steps: 0\n');
});

test('fine-tuning: both losses fall; the frozen backbone stays as it was, the head does not', () => {
  const said = output('fine-tuning');
  const [first, trained, second, tuned] = numbers(said, /: (\S+) to (\S+)$/gm) as [
    number,
    number,
    number,
    number,
  ];
  expect(trained / first).toBeLessThan(0.5);
  expect(tuned / second).toBeLessThan(0.5);
  expect(said).toContain('backbone moved by 0\n');
  expect(numbers(said, /head moved by (\S+)$/gm)[0]).toBeGreaterThan(0.5);
});

test('strategy state: training goes on bit by bit with it, and otherwise without', () => {
  expect(output('strategy-state')).toMatch(
    /^resumed: equals the uninterrupted run\nresumed without the strategy's state: differs from the uninterrupted run\n$/m,
  );
});
