import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Frame, FrameReader, FrameWriter, frameKinds } from './frames.ts';

/** Feeds `bytes` in pieces of the given sizes, in turn. */
function read(bytes: Buffer, sizes: readonly number[], longest?: number): Frame[] {
  const reader = new FrameReader(longest);
  const frames: Frame[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.byteLength; turn++) {
    const size = sizes[turn % sizes.length]!;
    frames.push(...reader.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return frames;
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

test('any bytes are frames, an incomplete frame, or an error: never a hang', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), sizes, (bytes, pieces) => {
      try {
        read(Buffer.from(bytes), pieces, 1_000);
      } catch (error) {
        expect(error instanceof RangeError || error instanceof SyntaxError).toBe(true);
      }
    }),
  );
});

test('a length beyond the limit is refused before anything is allocated', () => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(1_001);
  expect(() => read(bytes, [4], 1_000)).toThrow(RangeError);
});

test('numbers that point beyond the frame are refused', () => {
  const writer = new FrameWriter();
  writer.append('request', 1, ['a'], [Buffer.from('xyz')]);
  const whole = Buffer.concat(writer.take());
  for (const offset of [9, 13, 17]) {
    const broken = Buffer.from(whole);
    broken.writeUInt32LE(0xffff_fff0, offset);
    expect(() => read(broken, [whole.byteLength])).toThrow(RangeError);
  }
});

test('what was written is read again, however the stream is cut', () => {
  const frame = fc.record({
    kind: fc.constantFrom(...frameKinds),
    id: fc.integer({ min: 0, max: 0xffff_ffff }),
    header: fc.option(fc.jsonValue(), { nil: undefined }),
    attachments: fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 6 }), sizes, (frames, pieces) => {
      const writer = new FrameWriter();
      for (const each of frames) writer.append(each.kind, each.id, each.header, each.attachments);
      const got = read(Buffer.concat(writer.take()), pieces);
      expect(got.length).toBe(frames.length);
      for (const [index, want] of frames.entries()) {
        const { kind, id, header, attachments } = got[index]!;
        expect([kind, id, JSON.stringify(header)]).toEqual([want.kind, want.id, JSON.stringify(want.header)]);
        expect(attachments.map((each) => [...each])).toEqual(want.attachments.map((each) => [...each]));
      }
    }),
  );
});

test('large attachments are not copied into the block', () => {
  const writer = new FrameWriter();
  const large = Buffer.alloc(100_000, 'x');
  writer.append('request', 1, ['a'], [large, Buffer.from('small')]);
  expect(writer.take()).toContain(large);
});

test('memory of frames that have gone out is used again, and never that of frames that have not', () => {
  const writer = new FrameWriter();
  const text = Buffer.alloc(100, 'a');
  writer.append('request', 1, ['a'], [text]);
  const [first] = writer.take();
  const before = Buffer.from(first!);
  writer.append('request', 2, ['b'], [text]);
  writer.gone();
  expect(Buffer.from(first!)).toEqual(before);
  const [second] = writer.take();
  expect(second!.byteOffset).toBe(before.byteLength);
  writer.gone();
  writer.append('request', 3, ['c'], [text]);
  expect(writer.take()[0]!.byteOffset).toBe(0);
});
