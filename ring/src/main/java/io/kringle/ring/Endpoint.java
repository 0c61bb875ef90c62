package io.kringle.ring;

/**
 * Where a node listens: a host name or address literal, and a TCP port.
 *
 * @param host a name, an IPv4 address or an IPv6 address without brackets
 * @param port 1 to 65535, or 0 for one that the system chooses
 */
public record Endpoint(String host, int port) {
  private static final int MAX_HOST = 255;
  private static final int MAX_PORT = 65_535;

  /** Checks the ranges. */
  public Endpoint {
    if (host.isBlank() || host.length() > MAX_HOST) {
      throw new IllegalArgumentException("a host has 1 to " + MAX_HOST + " characters");
    }
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + " is not within 0 to " + MAX_PORT);
    }
  }

  /**
   * Reads {@code host:port}; an IPv6 address stands in brackets.
   *
   * @throws IllegalArgumentException if it is anything else; the message names the text
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("not host:port: '" + text + "'");
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (!bracketed && host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "an IPv6 address stands in brackets, [::1]:7400: '" + text + "'");
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return new Endpoint(bracketed ? host.substring(1, host.length() - 1) : host, port);
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(
          "not a port number after the colon: '" + text + "'", notANumber);
    }
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
