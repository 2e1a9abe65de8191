package onceward.benchmarks.relay;

import onceward.messaging.Message;

/** Rows by number, from 0: each belongs to the next key, and after the last key to the first. */
record Rows(String aggregateType, int keys) {

  static final String KEY_PREFIX = "key-";

  String topic() {
    return Message.topicOf(aggregateType);
  }

  int keyNumber(int row) {
    return row % keys;
  }

  String key(int row) {
    return KEY_PREFIX + keyNumber(row);
  }

  long version(int row) {
    return row / keys + 1L;
  }

  /** The row of that key and version. */
  int row(String key, long version) {
    return Math.toIntExact(
        (version - 1) * keys + Integer.parseInt(key.substring(KEY_PREFIX.length())));
  }
}
