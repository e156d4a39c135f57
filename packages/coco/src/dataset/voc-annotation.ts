import path from 'node:path';
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { DataError, show } from '../data-error.ts';
import type { Corners } from './dataset.ts';
import { readText } from './json-file.ts';

/** One `object` of a VOC annotation. */
export interface VocObject {
  /** `object 2`, counted from 1, for messages. */
  readonly record: string;
  readonly name: string;
  /** [xmin - 1, ymin - 1, xmax, ymax]; undefined when the file gives it no size (xmax ≤ xmin or ymax ≤ ymin). */
  readonly box: Corners | undefined;
  readonly difficult: boolean;
}

/** A VOC annotation file. */
export interface VocAnnotation {
  /** As written; undefined when absent. */
  readonly fileName: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly objects: readonly VocObject[];
}

/**
 * Reads a VOC annotation, `Annotations/NAME.xml`.
 *
 * @throws DataError naming file and element
 */
export async function readVocAnnotation(file: string): Promise<VocAnnotation> {
  const text = await readText(file);
  const name = path.basename(file);
  const root = parse(name, text);
  const size = required({ file: name }, root, 'size');
  return {
    fileName: child(root, 'filename')?.text.trim() || undefined,
    width: length({ file: name, path: 'size' }, size, 'width'),
    height: length({ file: name, path: 'size' }, size, 'height'),
    objects: root.children
      .filter((node): node is XmlElement => node instanceof XmlElement && node.name === 'object')
      .map((element, index) => readObject(name, `object ${index + 1}`, element)),
  };
}

interface Place {
  readonly file: string;
  readonly record?: string;
  /** Elements the wanted one lies in, such as `bndbox`. */
  readonly path?: string;
}

function parse(file: string, text: string): XmlElement {
  try {
    const { root } = parseXml(text);
    if (root?.name === 'annotation') return root;
    throw new DataError({
      file,
      expected: 'a root element <annotation>',
      actual: root ? `<${root.name}>` : 'nothing',
    });
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const message = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw new DataError({ file, expected: 'well-formed XML', actual: message }, { cause });
  }
}

function readObject(file: string, record: string, element: XmlElement): VocObject {
  const name = required({ file, record }, element, 'name').text.trim();
  if (name === '')
    throw new DataError({ file, record, field: 'name', expected: 'a class name', actual: 'nothing' });
  const place = { file, record, path: 'bndbox' };
  const bounds = required({ file, record }, element, 'bndbox');
  const [xmin, ymin, xmax, ymax] = ['xmin', 'ymin', 'xmax', 'ymax'].map((side) =>
    number(place, bounds, side),
  );
  const sized = xmax! > xmin! && ymax! > ymin!;
  return {
    record,
    name,
    box: sized ? [xmin! - 1, ymin! - 1, xmax!, ymax!] : undefined,
    difficult: child(element, 'difficult')?.text.trim() === '1',
  };
}

function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find(
    (node): node is XmlElement => node instanceof XmlElement && node.name === name,
  );
}

function required(place: Place, element: XmlElement, name: string): XmlElement {
  const found = child(element, name);
  if (found === undefined) throw wrong(place, name, `an element <${name}>`, 'none');
  return found;
}

function number(place: Place, element: XmlElement, name: string): number {
  const text = required(place, element, name).text.trim();
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) throw wrong(place, name, 'a finite number', show(text));
  return value;
}

function length(place: Place, element: XmlElement, name: string): number {
  const value = number(place, element, name);
  if (!Number.isInteger(value) || value <= 0) throw wrong(place, name, 'an integer > 0', show(value));
  return value;
}

function wrong(
  { file, record, path: outer }: Place,
  name: string,
  expected: string,
  actual: string,
): DataError {
  const field = outer === undefined ? name : `${outer}/${name}`;
  return new DataError({ file, ...(record === undefined ? {} : { record }), field, expected, actual });
}
