package io.kringle.store.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;

/**
 * Loads RocksDB's native library. Left alone, RocksDB unpacks 17 MB into the directory for
 * temporary files and removes them when the process ends in order, so that each killed process
 * would leave them behind. Here it is unpacked into the data directory, and removed as soon as it
 * is loaded.
 */
final class NativeLibrary {
  private static boolean loaded;

  private NativeLibrary() {}

  static synchronized void load(Path directory) throws IOException {
    if (loaded) {
      return;
    }
    Path unpacked = Files.createDirectories(directory.resolve("native"));
    try {
      NativeLibraryLoader.getInstance().loadLibrary(unpacked.toString());
      loaded = true;
    } finally {
      deleteTree(unpacked);
    }
  }

  private static void deleteTree(Path top) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(top)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
