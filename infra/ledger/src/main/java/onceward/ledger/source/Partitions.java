package onceward.ledger.source;

import org.apache.kafka.common.utils.Utils;

/** Where Kafka's producers put the messages of a key. */
public final class Partitions {

  private Partitions() {}

  /** As Kafka's default partitioner does: murmur2, made positive. */
  static int hash(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key));
  }

  /** The partition of a key with that hash, in a topic of so many. */
  public static int of(int hash, int partitions) {
    return hash % partitions;
  }
}
