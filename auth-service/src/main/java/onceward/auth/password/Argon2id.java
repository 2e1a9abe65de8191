package onceward.auth.password;

/**
 * An implementation of Argon2id, version 1.3. All implementations compute the same bytes.
 * Thread-safe.
 */
interface Argon2id {

  /** How the implementation is called in the log. */
  String description();

  /** The hash of a password, {@code length} bytes long. */
  byte[] hash(byte[] password, byte[] salt, Argon2Cost cost, int length);
}
