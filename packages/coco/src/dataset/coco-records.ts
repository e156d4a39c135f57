import { DataError, show } from '../data-error.ts';
import type { Id } from '../evaluation/inputs.ts';
import type { Corners, DatasetCategory } from './dataset.ts';
import { isJsonObject, type JsonObject } from './json-file.ts';

/** An `images` entry of a COCO file. */
export interface ImageRecord {
  readonly id: Id;
  readonly fileName: string;
  readonly width: number;
  readonly height: number;
}

/** An `annotations` entry of a COCO file. */
export interface AnnotationRecord {
  readonly id: Id;
  readonly image: Id;
  readonly category: Id;
  readonly box: Corners;
  readonly area?: number;
  readonly crowd: boolean;
  readonly ignore: boolean;
}

/**
 * Reads the entries of one list.
 *
 * @yields each entry, with its place for messages
 * @throws DataError when the list is not an array, or an entry not an object
 */
export function* records(file: string, content: JsonObject, list: string): Generator<RecordReader> {
  const entries = content[list];
  if (!Array.isArray(entries)) {
    throw new DataError({ file, field: list, expected: 'an array', actual: show(entries) });
  }
  for (const [index, entry] of entries.entries()) {
    if (!isJsonObject(entry)) {
      throw new DataError({ file, record: `${list}[${index}]`, expected: 'an object', actual: show(entry) });
    }
    yield new RecordReader(file, list, index, entry);
  }
}

const singular: Readonly<Record<string, string>> = {
  images: 'image',
  annotations: 'annotation',
  categories: 'category',
};

/** Reads the fields of one record, checking each. */
export class RecordReader {
  readonly file: string;
  /** `annotation 17`, or `annotations[3]` while the id is not known to be one. */
  readonly name: string;
  readonly #entry: JsonObject;

  constructor(file: string, list: string, index: number, entry: JsonObject) {
    this.file = file;
    this.#entry = entry;
    this.name = isId(entry['id']) ? `${singular[list]} ${entry['id']}` : `${list}[${index}]`;
  }

  /** An error about one field of this record. */
  error(field: string, expected: string, actual: string = show(this.#entry[field])): DataError {
    return new DataError({ file: this.file, record: this.name, field, expected, actual });
  }

  /** A field that holds an id. */
  id(field: string): Id {
    const value = this.#entry[field];
    if (!isId(value)) throw this.error(field, 'a number or a string');
    return value;
  }

  /** A field that holds a text, not empty. */
  text(field: string): string {
    const value = this.#entry[field];
    if (typeof value !== 'string' || value === '') throw this.error(field, 'a text');
    return value;
  }

  /** A field that holds a length in whole pixels. */
  length(field: string): number {
    const value = this.#entry[field];
    if (typeof value !== 'number' || !Number.isInteger(value) || value <= 0)
      throw this.error(field, 'an integer > 0');
    return value;
  }

  /** A field that holds 0 or 1, or true or false; false when absent. */
  flag(field: string): boolean {
    const value = this.#entry[field] ?? 0;
    if (value !== 0 && value !== 1 && typeof value !== 'boolean') throw this.error(field, '0 or 1');
    return Boolean(value);
  }

  /** A field that holds an area; undefined when absent. */
  area(field: string): number | undefined {
    const value = this.#entry[field] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
      throw this.error(field, 'a finite number ≥ 0');
    return value;
  }

  /** A field that holds [x, y, width, height], as corners. */
  corners(field: string): Corners {
    const value = this.#entry[field];
    if (!Array.isArray(value) || value.length !== 4 || !value.every((side) => Number.isFinite(side))) {
      throw this.error(field, '4 finite numbers');
    }
    const [x, y, width, height] = value.map(Number);
    return [x!, y!, x! + width!, y! + height!];
  }
}

/** Reads one entry of `images`. */
export function imageRecord(reader: RecordReader): ImageRecord {
  return {
    id: reader.id('id'),
    fileName: reader.text('file_name'),
    width: reader.length('width'),
    height: reader.length('height'),
  };
}

/** Reads one entry of `categories`. */
export function categoryRecord(reader: RecordReader): DatasetCategory {
  return { id: reader.id('id'), name: reader.text('name') };
}

/** Reads one entry of `annotations`. */
export function annotationRecord(reader: RecordReader): AnnotationRecord {
  const area = reader.area('area');
  return {
    id: reader.id('id'),
    image: reader.id('image_id'),
    category: reader.id('category_id'),
    box: reader.corners('bbox'),
    ...(area === undefined ? {} : { area }),
    crowd: reader.flag('iscrowd'),
    ignore: reader.flag('ignore'),
  };
}

function isId(value: unknown): value is Id {
  return (typeof value === 'number' && Number.isFinite(value)) || (typeof value === 'string' && value !== '');
}
