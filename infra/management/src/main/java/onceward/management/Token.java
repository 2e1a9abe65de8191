package onceward.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/** The digest of a token: the token itself is not kept. Immutable. */
final class Token {

  /** The fewest characters of a token; {@code openssl rand -base64 32} prints 44. */
  static final int LENGTH_MIN = 32;

  static final int LENGTH_MAX = 512;

  /** What a bearer token may consist of (RFC 6750, section 2.1). */
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final byte[] digest;

  private Token(byte[] digest) {
    this.digest = digest;
  }

  /** Whether a text may be a token. */
  static boolean isAllowed(String text) {
    return text.length() >= LENGTH_MIN
        && text.length() <= LENGTH_MAX
        && ALLOWED.matcher(text).matches();
  }

  static Token of(String text) {
    try {
      return new Token(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JVM has SHA-256", impossible);
    }
  }

  /**
   * Takes the same time for every other token, so that no answer tells how much of one is right.
   */
  boolean is(Token other) {
    return MessageDigest.isEqual(digest, other.digest);
  }
}
