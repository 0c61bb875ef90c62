package io.kringle.ring.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;

/** What Kryo calls for a registered record. */
final class RecordSerializer extends Serializer<Record> {
  private final RecordShape shape;

  RecordSerializer(RecordShape shape) {
    super(false, true);
    this.shape = shape;
  }

  @Override
  public void write(Kryo kryo, Output output, Record value) {
    shape.write((WireOutput) output, value);
  }

  @Override
  public Record read(Kryo kryo, Input input, Class<? extends Record> type) {
    return shape.read((WireInput) input);
  }
}
