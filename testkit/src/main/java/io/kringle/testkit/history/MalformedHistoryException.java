package io.kringle.testkit.history;

import java.io.IOException;

/** A history file is not one; the message names the first line that is wrong, and why. */
public final class MalformedHistoryException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedHistoryException(long line, String why) {
    super("line " + line + ": " + why);
  }
}
