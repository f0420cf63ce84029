/**
 * The remote-write messages for an independent protobuf library, with `Sample.value` as its 64 bits: a NaN's payload
 * must be compared, and does not survive as a number.
 */
import { create, createFileRegistry, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';

type Field = readonly [name: string, number: number, type: Type | string, repeated?: boolean];

/** Its sum as 64 bits, too. */
const HISTOGRAM: Record<string, readonly Field[]> = {
  Histogram: [
    ['count_int', 1, Type.UINT64],
    ['count_float', 2, Type.DOUBLE],
    ['sum_bits', 3, Type.FIXED64],
    ['schema', 4, Type.SINT32],
    ['zero_threshold', 5, Type.DOUBLE],
    ['zero_count_int', 6, Type.UINT64],
    ['zero_count_float', 7, Type.DOUBLE],
    ['negative_spans', 8, 'BucketSpan', true],
    ['negative_deltas', 9, Type.SINT64, true],
    ['negative_counts', 10, Type.DOUBLE, true],
    ['positive_spans', 11, 'BucketSpan', true],
    ['positive_deltas', 12, Type.SINT64, true],
    ['positive_counts', 13, Type.DOUBLE, true],
    ['reset_hint', 14, Type.INT32],
    ['timestamp', 15, Type.INT64],
    ['custom_values', 16, Type.DOUBLE, true],
    ['start_timestamp', 17, Type.INT64],
  ],
  BucketSpan: [
    ['offset', 1, Type.SINT32],
    ['length', 2, Type.UINT32],
  ],
};

const V1: Record<string, readonly Field[]> = {
  WriteRequest: [
    ['timeseries', 1, 'TimeSeries', true],
    ['metadata', 3, 'Metadata', true],
  ],
  TimeSeries: [
    ['labels', 1, 'Label', true],
    ['samples', 2, 'Sample', true],
    ['exemplars', 3, 'Exemplar', true],
    ['histograms', 4, 'Histogram', true],
  ],
  Exemplar: [
    ['labels', 1, 'Label', true],
    ['value', 2, Type.DOUBLE],
    ['timestamp', 3, Type.INT64],
  ],
  Label: [
    ['name', 1, Type.STRING],
    ['value', 2, Type.STRING],
  ],
  Sample: [
    ['bits', 1, Type.FIXED64],
    ['timestamp', 2, Type.INT64],
  ],
  Metadata: [
    ['type', 1, Type.INT32],
    ['family', 2, Type.STRING],
    ['help', 4, Type.STRING],
    ['unit', 5, Type.STRING],
  ],
  ...HISTOGRAM,
};

const V2: Record<string, readonly Field[]> = {
  Request: [
    ['symbols', 4, Type.STRING, true],
    ['timeseries', 5, 'TimeSeries', true],
  ],
  TimeSeries: [
    ['labels_refs', 1, Type.UINT32, true],
    ['samples', 2, 'Sample', true],
    ['histograms', 3, 'Histogram', true],
    ['exemplars', 4, 'Exemplar', true],
    ['metadata', 5, 'Metadata'],
  ],
  Exemplar: [
    ['labels_refs', 1, Type.UINT32, true],
    ['value', 2, Type.DOUBLE],
    ['timestamp', 3, Type.INT64],
  ],
  Sample: [
    ['bits', 1, Type.FIXED64],
    ['timestamp', 2, Type.INT64],
    ['start_timestamp', 3, Type.INT64],
  ],
  Metadata: [
    ['type', 1, Type.INT32],
    ['help_ref', 3, Type.UINT32],
    ['unit_ref', 4, Type.UINT32],
  ],
  ...HISTOGRAM,
};

const writeRequest = schemaOf('v1', V1, 'WriteRequest');
const request2 = schemaOf('v2', V2, 'Request');

export interface PlainSample {
  readonly bits: bigint;
  readonly timestamp: bigint;
}

export interface PlainHistogram {
  readonly countInt: bigint;
  readonly countFloat: number;
  readonly sumBits: bigint;
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCountInt: bigint;
  readonly positiveSpans: readonly PlainSpan[];
  readonly positiveDeltas: readonly bigint[];
  readonly negativeSpans: readonly PlainSpan[];
  readonly negativeDeltas: readonly bigint[];
  readonly resetHint: number;
  readonly timestamp: bigint;
  readonly customValues: readonly number[];
}

export interface PlainSpan {
  readonly offset: number;
  readonly length: number;
}

export interface PlainRequest1 {
  readonly timeseries: readonly {
    readonly labels: readonly { name: string; value: string }[];
    readonly samples: readonly PlainSample[];
    readonly histograms: readonly PlainHistogram[];
  }[];
  readonly metadata: readonly { readonly type: number; readonly family: string; readonly help: string; readonly unit: string }[];
}

export interface PlainRequest2 {
  readonly symbols: readonly string[];
  readonly timeseries: readonly {
    readonly labelsRefs: readonly number[];
    readonly samples: readonly PlainSample[];
    readonly histograms: readonly PlainHistogram[];
    readonly metadata?: { readonly type: number; readonly helpRef: number; readonly unitRef: number };
  }[];
}

export function readRequest1(bytes: Uint8Array): PlainRequest1 {
  return fromBinary(writeRequest, bytes) as unknown as PlainRequest1;
}

export function readRequest2(bytes: Uint8Array): PlainRequest2 {
  return fromBinary(request2, bytes) as unknown as PlainRequest2;
}

/** Messages as plain objects; what is left out has its default. */
export function writeRequest1(request: unknown): Buffer {
  return Buffer.from(toBinary(writeRequest, create(writeRequest, request as never)));
}

export function writeRequest2(request: unknown): Buffer {
  return Buffer.from(toBinary(request2, create(request2, request as never)));
}

export function bitsOf(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0];
}

function schemaOf(packageName: string, messages: Record<string, readonly Field[]>, root: string): DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    name: `${packageName}.proto`,
    package: packageName,
    syntax: 'proto3',
    messageType: Object.entries(messages).map(([name, fields]) => ({
      name,
      field: fields.map(([fieldName, number, type, repeated]) => ({
        name: fieldName,
        number,
        label: repeated ? Label.REPEATED : Label.OPTIONAL,
        type: typeof type === 'string' ? Type.MESSAGE : type,
        typeName: typeof type === 'string' ? `.${packageName}.${type}` : undefined,
      })),
    })),
  });
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getMessage(`${packageName}.${root}`) as DescMessage;
}
