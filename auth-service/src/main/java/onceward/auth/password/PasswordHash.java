package onceward.auth.password;

import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A stored hash in the PHC string format, {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}. The arrays
 * are not copied; nobody changes them.
 */
// Compared by the bytes of the hash, in constant time, and never as records.
@SuppressWarnings("ArrayRecordComponent")
record PasswordHash(Argon2Cost cost, byte[] salt, byte[] hash) {

  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,4})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

  static PasswordHash parse(String phc) {
    var parts = PHC.matcher(phc);
    if (!parts.matches()) {
      throw new IllegalStateException("a stored password hash is no PHC string of Argon2id");
    }
    return new PasswordHash(
        new Argon2Cost(number(parts.group(1)), number(parts.group(2)), number(parts.group(3))),
        Base64.getDecoder().decode(parts.group(4)),
        Base64.getDecoder().decode(parts.group(5)));
  }

  String phc() {
    var base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            cost.memoryKib(),
            cost.iterations(),
            cost.lanes(),
            base64.encodeToString(salt),
            base64.encodeToString(hash));
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  @Override
  public String toString() {
    return "PasswordHash";
  }
}
