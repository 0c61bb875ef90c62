package io.kringle.node.cli;

import java.net.http.HttpResponse;

/** Versions as entity tags (RFC 9110, section 8.8.3), and how a write's outcome is printed. */
final class Conditions {
  private Conditions() {}

  static String etag(long version) {
    if (version < 0) {
      throw CommandFailure.usage("a version is 0 or more, not " + version);
    }
    return "\"" + version + "\"";
  }

  static void printVersion(boolean json, String key, HttpResponse<?> response) {
    long version = HttpNode.version(response).orElse(0L);
    System.out.println(
        json
            ? HttpNode.JSON.createObjectNode().put("key", key).put("version", version).toString()
            : "version " + version);
  }
}
