package onceward.auth.account;

import java.util.regex.Pattern;

/**
 * What a login id looks like: ASCII characters only, so that lower case is the same for Java, which
 * counts failed logins, and for every locale of PostgreSQL, which finds the account.
 */
public final class LoginIds {

  /** The form, as a regular expression. */
  public static final String FORM = "[A-Za-z0-9][A-Za-z0-9._-]{2,63}";

  private static final Pattern PATTERN = Pattern.compile(FORM);

  private LoginIds() {}

  static boolean isOne(String text) {
    return PATTERN.matcher(text).matches();
  }
}
