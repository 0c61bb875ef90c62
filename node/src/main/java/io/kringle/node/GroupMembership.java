package io.kringle.node;

import java.util.concurrent.CompletionStage;

/** Being a member of a group that shares a topic. */
public interface GroupMembership {

  /**
   * Ends it: what the handler has and is not done with goes to another member. The stage completes
   * when the group knows, or could not be told in time. Calling it again does no harm.
   */
  CompletionStage<Void> leave();
}
