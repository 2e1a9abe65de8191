package onceward.ledger.source;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first eight bytes of a SHA-256, which PostgreSQL computes as well: so a payload is compared
 * without being fetched. For one thread.
 */
final class Digest {

  private final MessageDigest sha256;

  Digest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  long of(byte[] bytes) {
    return first(sha256.digest(bytes));
  }

  /** The same, of a digest that the server computed. */
  static long first(byte[] digest) {
    return ByteBuffer.wrap(digest).getLong();
  }
}
