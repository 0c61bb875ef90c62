package io.kringle.node;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the sources of this build lie. */
final class Checkout {
  private Checkout() {}

  /** The folder of the parent pom, from wherever in the checkout a test was started. */
  static Path root() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(".mvn"))) {
        return folder;
      }
    }
    throw new IllegalStateException("Not started inside a checkout");
  }
}
