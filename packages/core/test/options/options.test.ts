import { describe, expect, test } from 'vitest';
import { checkOptions, choiceOption, EquipoiseError, flagOption, numberOption } from '../../src/index.ts';

interface Options {
  readonly count: number;
  readonly share: number;
  readonly preset: 'paper' | 'mmdet';
  readonly on: boolean;
}

const check = (given: object) =>
  checkOptions<Options>(
    '@equipoise/test',
    {
      count: numberOption(3, { min: 1, integer: true }),
      share: numberOption(0.5, { min: 0, max: 1 }),
      preset: choiceOption(['paper', 'mmdet'], 'paper'),
      on: flagOption(false),
    },
    given,
  );

describe('checkOptions', () => {
  test('gives defaults, overwritten by what was given, frozen', () => {
    expect(check({})).toEqual({ count: 3, share: 0.5, preset: 'paper', on: false });
    const inForce = check({ count: 1, share: 0, preset: 'mmdet', on: true });
    expect(inForce).toEqual({ count: 1, share: 0, preset: 'mmdet', on: true });
    expect(Object.isFrozen(inForce)).toBe(true);
    expect(check({ count: undefined })).toMatchObject({ count: 3 });
  });

  test.each<[object, string]>([
    [{ cuont: 1 }, "@equipoise/test: option cuont: expected one of count, share, preset, on, got 'cuont'"],
    [{ toString: 1 }, "option toString: expected one of count, share, preset, on, got 'toString'"],
    [{ count: 0 }, 'option count: expected an integer ≥ 1, got 0'],
    [{ count: 1.5 }, 'option count: expected an integer ≥ 1, got 1.5'],
    [{ count: '3' }, "option count: expected an integer ≥ 1, got '3'"],
    [{ count: NaN }, 'option count: expected an integer ≥ 1, got NaN'],
    [{ count: Infinity }, 'option count: expected an integer ≥ 1, got Infinity'],
    [{ count: null }, 'option count: expected an integer ≥ 1, got null'],
    [{ share: 1.01 }, 'option share: expected a number in [0, 1], got 1.01'],
    [{ preset: 'torch' }, "option preset: expected one of paper, mmdet, got 'torch'"],
    [{ on: 1 }, 'option on: expected true or false, got 1'],
    [{ on: [1, { a: 2 }] }, 'option on: expected true or false, got [1,{"a":2}]'],
    [{ on: check }, 'option on: expected true or false, got a function check'],
  ])('refuses %o', (given, said) => {
    expect(() => check(given)).toThrow(said);
  });

  test('says what a number may be', () => {
    expect(numberOption(0).expected).toBe('a number');
    expect(numberOption(0, { min: -1 }).expected).toBe('a number ≥ -1');
    expect(numberOption(0, { max: 2, integer: true }).expected).toBe('an integer ≤ 2');
    expect(numberOption(0, { max: 2 }).accepts(2)).toBe(true);
    expect(numberOption(0, { max: 2 }).accepts(2.1)).toBe(false);
  });
});

describe('EquipoiseError', () => {
  test('holds its parts', () => {
    const error = new EquipoiseError({
      package: '@equipoise/ghm',
      subject: 'option bins',
      expected: 'an integer ≥ 1',
      actual: 0,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'EquipoiseError',
      message: '@equipoise/ghm: option bins: expected an integer ≥ 1, got 0',
      package: '@equipoise/ghm',
      subject: 'option bins',
      expected: 'an integer ≥ 1',
      actual: 0,
    });
  });

  test('shows anything', () => {
    const shown = (actual: unknown): string =>
      new EquipoiseError({ package: 'p', subject: 's', expected: 'e', actual }).message.split('got ')[1]!;
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    expect(shown(cyclic)).toBe('[object Object]');
    expect(shown(10n)).toBe('10');
    expect(shown('two words')).toBe('two words');
    expect(shown(Array.from({ length: 999 }, () => 1)).length).toBe(120);
  });
});
