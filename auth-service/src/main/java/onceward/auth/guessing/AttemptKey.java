package onceward.auth.guessing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * Names a login id or an address without containing it. The arrays are not copied; nobody changes
 * them.
 */
final class AttemptKey {

  private AttemptKey() {}

  static byte[] ofAddress(String address) {
    return sha256("address", address);
  }

  static byte[] ofLoginId(String loginId) {
    return sha256("login-id", loginId.toLowerCase(Locale.ROOT));
  }

  /** One login id from one address. */
  static byte[] ofBoth(String loginId, String address) {
    return sha256("both", address + " " + loginId.toLowerCase(Locale.ROOT));
  }

  private static byte[] sha256(String kind, String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest((kind + ":" + text).getBytes(UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
