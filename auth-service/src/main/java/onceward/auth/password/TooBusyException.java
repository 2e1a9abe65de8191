package onceward.auth.password;

/**
 * More passwords are waiting to be hashed than can be in a bearable time. Trying later may succeed.
 */
public final class TooBusyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TooBusyException() {
    super("too many password checks at once");
  }
}
