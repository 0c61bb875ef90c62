package io.kringle.node.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file, or standard input, that knows how far it has been read. */
final class Source extends FilterInputStream {
  private final long size;
  private volatile long read;

  private Source(InputStream in, long size) {
    super(in);
    this.size = size;
  }

  /** Opens a file; {@code -} is standard input. */
  static Source open(String file) throws IOException {
    if (file.equals("-")) {
      return new Source(System.in, 0);
    }
    Path path = Path.of(file);
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      throw CommandFailure.usage("cannot read the file '" + file + "'");
    }
    return new Source(Files.newInputStream(path), Files.isRegularFile(path) ? Files.size(path) : 0);
  }

  /** Which part has been read, 0 to 1; NaN if the size is not known. */
  double share() {
    return size == 0 ? Double.NaN : (double) read / size;
  }

  @Override
  public int read() throws IOException {
    int one = super.read();
    count(one < 0 ? 0 : 1);
    return one;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int some = super.read(bytes, offset, length);
    count(Math.max(0, some));
    return some;
  }

  /** One thread reads, another looks. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Justification: only the reading thread writes it.
  private void count(int bytes) {
    read += bytes;
  }
}
