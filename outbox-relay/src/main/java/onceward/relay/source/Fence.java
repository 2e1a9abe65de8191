package onceward.relay.source;

import onceward.relay.position.Lsn;

/**
 * Whether anything can be appended to the outbox.
 *
 * @param systemIdentifier of the cluster
 * @param state differs after every change of the fence, so that one which was taken away and made
 *     again is noticed; empty if there is none
 * @param holds whether every insert into the outbox, and into each of its partitions, is refused.
 *     No transaction that has inserted is open then: making the trigger has waited for it
 * @param writtenTo the end of the log, read after that was seen
 * @param openRequests how many requests to republish are not over
 */
public record Fence(
    String systemIdentifier, String state, boolean holds, Lsn writtenTo, int openRequests) {

  /** The name of the trigger that refuses inserts, and of its function. */
  public static final String NAME = "relay_fence";

  /**
   * The body of the function: nothing else is taken for a fence. The SQLState is that of a server
   * that takes no writes for now, so that consumers wait and callers are told to try again; any
   * other would make dead letters of what is consumed meanwhile.
   */
  public static final String BODY =
      "begin raise exception 'the outbox is fenced: its database is being moved' using errcode = '25006'; end";
}
