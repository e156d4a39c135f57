/** The most queries a set may hold. */
const SET_SIZE = 4096;

/** Times every compute pass of a device by timestamp queries, without splitting or submitting anything. */
export interface PassTimer {
  /** The descriptor of the next pass, with places for its timestamps; one that has its own keeps them. */
  timed(descriptor: GPUComputePassDescriptor | undefined): GPUComputePassDescriptor;
  /** Milliseconds between begin and end of each pass so far, summed. All passes must be submitted. */
  milliseconds(): Promise<number>;
}

/** A {@link PassTimer}. The device must have the feature `timestamp-query`. */
export function passTimer(device: GPUDevice): PassTimer {
  const sets: GPUQuerySet[] = [];
  let used = SET_SIZE;
  return {
    timed(descriptor) {
      if (descriptor?.timestampWrites) return descriptor;
      if (used === SET_SIZE) {
        sets.push(device.createQuerySet({ type: 'timestamp', count: SET_SIZE }));
        used = 0;
      }
      const begin = used;
      used += 2;
      const timestampWrites = {
        querySet: sets.at(-1)!,
        beginningOfPassWriteIndex: begin,
        endOfPassWriteIndex: begin + 1,
      };
      return { ...descriptor, timestampWrites };
    },
    async milliseconds() {
      let sum = 0;
      for (const set of sets) {
        const count = set === sets.at(-1) ? used : SET_SIZE;
        const times = await readQueries(device, set, count);
        for (let i = 0; i < count; i += 2) sum += Number(times[i + 1]! - times[i]!) / 1e6;
        set.destroy();
      }
      return sum;
    },
  };
}

async function readQueries(device: GPUDevice, set: GPUQuerySet, count: number): Promise<BigUint64Array> {
  const size = count * 8;
  const resolved = device.createBuffer({
    size,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const read = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.resolveQuerySet(set, 0, count, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, read, 0, size);
  device.queue.submit([encoder.finish()]);
  await read.mapAsync(GPUMapMode.READ);
  const times = new BigUint64Array(read.getMappedRange().slice(0));
  resolved.destroy();
  read.destroy();
  return times;
}
